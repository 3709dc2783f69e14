import { age, percent } from "../../../ground/index.ts";
import { gatewayNamed } from "../../../watch/index.ts";
import { records, refusalOf } from "../commands/index.ts";
import type { CommandId } from "../language/index.ts";
import { openRun } from "../lists/restore.ts";
import { sessionsOf } from "../lists/sessions.ts";
import { goodOf } from "../lists/snapshots.ts";
import { vaultTrouble } from "../panes/snapshots.ts";
import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Place } from "../state/place.ts";
import { lastGoodRef, rollbackKey, type SessionGoal } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";

/** What a typed line leads to: something said at once, and what it does to the console behind the lines. */
export type Asked = { readonly lines: readonly string[]; readonly actions: readonly Action[] };

/** More rows than this are listened to by nobody. */
const told = 10;

/**
 * The words that lead back. Each goes to a place of the console and runs a command of it, so that a restore is planned,
 * refused, confirmed and written down as it is on the screen; undefined: the line is none of these words.
 */
export const wayBack = (line: string, model: ConsoleModel): Asked | undefined => {
  const [word = "", name = "", ...rest] = line.trim().split(/\s+/u);
  const { plain } = model.setting.texts;
  const of = (then: (name: string) => Asked): Asked =>
    gatewayNamed(model.watch, name) === undefined ? saying(plain.noGateway(name)) : then(name);
  switch (word.toLowerCase()) {
    case "snapshots":
      return of((gateway) => saying(...snapshotLines(gateway, model)));
    case "sessions":
      return of((gateway) => saying(...sessionLines(gateway, model)));
    case "plan":
      return of((gateway) => planned(gateway, rest, model));
    case "session":
      return of((gateway) => sessionPlanned(gateway, rest, model));
    case "go":
      return went(model);
    case "accept":
      return of((gateway) => onRun(gateway, "restore.accept", model));
    case "back":
      return of((gateway) => onRun(gateway, "restore.put-back", model));
    case "hurry":
      return of((gateway) => onRun(gateway, "restore.cut-short", model));
    case "undo":
      return running(model, "rollback.undo");
    case "try":
      return running(model, "rollback.probe");
    default:
      return undefined;
  }
};

/** A typed line while something is to be decided: the whole name, or a `y`, lets it happen; all else leaves it. */
export const decided = (line: string, model: ConsoleModel): Asked => {
  const { dialog, texts } = { dialog: model.view.dialog, texts: model.setting.texts };
  const typed = line.trim();
  if (dialog?.needs.kind === "y" && /^y(?:es)?$/iu.test(typed)) {
    return { lines: [], actions: [{ kind: "confirm" }] };
  }
  if (dialog?.needs.kind === "name" && typed === dialog.needs.name) {
    return { lines: [], actions: [{ kind: "type", text: typed }, { kind: "confirm" }] };
  }
  return { lines: [texts.plain.left], actions: [{ kind: "cancel" }] };
};

const saying = (...lines: readonly string[]): Asked => ({ lines, actions: [] });

const snapshotLines = (gateway: string, model: ConsoleModel): readonly string[] => {
  const { plain } = model.setting.texts;
  const trouble = vaultTrouble(model);
  if (trouble !== undefined) return [trouble];
  const good = goodOf(model, gateway);
  const mine = model.vault.listed.filter((each) => each.gateway === gateway);
  if (mine.length === 0) return [model.setting.texts.snapshots.none];
  return mine
    .slice(-told)
    .toReversed()
    .map(({ id, at, kind, name }) =>
      plain.snapshot(id, kind, name ?? "", age(Math.max(0, model.watch.now - at)), id === good),
    );
};

const sessionLines = (gateway: string, { watch, setting }: ConsoleModel): readonly string[] => {
  const { plain, gateway: words } = setting.texts;
  const known = gatewayNamed(watch, gateway);
  const rows = known === undefined ? [] : sessionsOf(known);
  if (rows.length === 0) return [words.noSessions];
  return rows
    .slice(0, told)
    .map(({ key, state, pressure }) => plain.session(key, words.sessionStates[state], percent(pressure)));
};

/** One place at a time is enough for who listens: the way there needs no way back. */
const at = (place: Place): Action => ({ kind: "jump", place });

const planned = (gateway: string, rest: readonly string[], model: ConsoleModel): Asked => {
  const { plain, snapshots } = model.setting.texts;
  const trouble = vaultTrouble(model);
  if (trouble !== undefined) return saying(trouble);
  if (openRun(model, gateway) !== undefined) return saying(model.setting.texts.restore.runsOn);
  const [ref = "", ...scope] = rest;
  const isGood = ref === "" || ref === lastGoodRef;
  const snapshot = isGood ? goodOf(model, gateway) : ref;
  if (snapshot === undefined) return saying(snapshots.noGood);
  return {
    lines: [plain.looking],
    actions: [at({ screen: "restore", gateway, snapshot, scope: scope.join(" ") }), { kind: "plan-again" }],
  };
};

const sessionPlanned = (gateway: string, rest: readonly string[], model: ConsoleModel): Asked => {
  const { plain, rollback } = model.setting.texts;
  const trouble = vaultTrouble(model);
  if (trouble !== undefined) return saying(trouble);
  const [session = "", ref = lastGoodRef] = rest;
  if (gatewayNamed(model.watch, gateway)?.sessions.has(session) !== true) return saying(rollback.noSession);
  const goal: SessionGoal = { gateway, session, ref };
  // The first time the place itself asks; what is known from before is looked at anew.
  const again: readonly Action[] = model.takeback.rollbacks.has(rollbackKey(goal))
    ? [{ kind: "ask-takeback", request: { kind: "session-plan", ...goal } }]
    : [];
  return { lines: [plain.looking], actions: [at({ screen: "rollback", ...goal }), ...again] };
};

/** What was planned last. */
const went = (model: ConsoleModel): Asked =>
  running(model, placeOf(model.view).screen === "rollback" ? "rollback.begin" : "restore.begin");

const running = (model: ConsoleModel, id: CommandId): Asked => {
  const command = records.find((each) => each.id === id);
  const { screen } = placeOf(model.view);
  if (command === undefined || command.where === "everywhere" || !command.where.includes(screen)) {
    return saying(model.setting.texts.plain.nothingPlanned);
  }
  const refused = refusalOf(model, command);
  return refused === undefined ? { lines: [], actions: command.run(model) } : saying(refused);
};

/** A command on the restore of one gateway, wherever one was. */
const onRun = (gateway: string, id: CommandId, model: ConsoleModel): Asked => {
  const run = openRun(model, gateway);
  if (run === undefined) return saying(model.setting.texts.restore.notWaiting);
  const place: Place = { screen: "restore", gateway, snapshot: run.snapshot, scope: "" };
  const there = { ...model, view: { ...model.view, places: [place] as const } };
  const { lines, actions } = running(there, id);
  return { lines, actions: [at(place), ...actions] };
};
