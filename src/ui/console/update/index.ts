import { age, harmlessLine } from "../../../ground/index.ts";
import { tellIn } from "../language/index.ts";
import type { Action } from "../state/action.ts";
import { auditLimit, type AuditEntry } from "../state/audit.ts";
import type { ConsoleEffect } from "../state/effect.ts";
import type { ConsoleModel } from "../state/model.ts";
import { isGoing, type RestoreRun } from "../state/restore-run.ts";
import { withFailedStarts } from "./failed-starts.ts";
import { followed, moved, paged, pinned, refocused, slidBy, sortedBy } from "./moving.ts";
import { found, startedFind } from "./finding.ts";
import { copiedHere, openedHere, shownHere } from "./here.ts";
import { jumped, opened, turned, wentBack } from "./places.ts";
import { clicked, wheeled } from "./pointing.ts";
import { refused, said, seen, still, withView, type Step } from "./step.ts";
import { askedTakeback, heardOfTakeback, plannedAgain, wantedTakeback } from "./takeback.ts";
import { askedVault, heardOfVault, wanted } from "./vault.ts";
import { accepted, cancelled, chose, mayConfirm, startedFilter, typedLess, typedMore } from "./typing.ts";

export type { Step } from "./step.ts";

/** Two presses of ctrl-c this close together end the console from anywhere. */
const quitWithinMs = 2_000;

/** What an action makes of the console, and what it asks of the world. Pure: the same in, the same out. */
export const act = (model: ConsoleModel, action: Action): Step => {
  const step = acted(model, action);
  const compared = wanted(step.model);
  const { model: after, effects } = wantedTakeback(compared.model);
  return {
    model: pinned(after),
    effects:
      effects.length + compared.effects.length === 0
        ? step.effects
        : [...step.effects, ...compared.effects, ...effects],
  };
};

const acted = (model: ConsoleModel, action: Action): Step => {
  switch (action.kind) {
    case "news":
      return still({
        ...model,
        watch: action.watch,
        takeback: withFailedStarts(model.takeback, action.watch),
      });
    case "resize":
      return seen(model, { columns: action.columns, rows: action.rows });
    case "move":
      return moved(model, (at) => at + action.by);
    case "move-to":
      return moved(model, (_at, last) => (action.end === "first" ? 0 : last));
    case "page":
      return paged(model, action.by, action.half);
    case "sideways":
      return slidBy(model, action.by);
    case "focus":
      return refocused(model, action.by);
    case "sort":
      return sortedBy(model, action.change);
    case "follow":
      return followed(model);
    case "open":
      return opened(model, action.place);
    case "jump":
      return jumped(model, action.place);
    case "turn":
      return turned(model, action.place);
    case "go-back":
      return wentBack(model);
    case "open-here":
      return openedHere(model);
    case "copy-here":
      return copiedHere(model);
    case "show-here":
      return shownHere(model, action.program);
    case "scrub":
      return seen(model, { moment: action.to });
    case "click":
      return clicked(model, action);
    case "wheel":
      return wheeled(model, action.by, action);
    case "toggle-mouse": {
      const mouse = !model.view.mouse;
      const { mouseOn, mouseOff } = model.setting.texts.keys;
      const effects: readonly ConsoleEffect[] = [{ kind: "point", on: mouse }];
      return { model: withView(said(model, mouse ? mouseOn : mouseOff), { mouse }), effects };
    }
    case "start-filter":
      return startedFilter(model);
    case "start-find":
      return startedFind(model);
    case "find":
      return found(model, action.what, action.by);
    case "start-palette":
      return seen(model, { prompt: { kind: "palette", text: "", selected: 0 } });
    case "start-note":
      return seen(model, { prompt: { kind: "note", incident: action.incident, text: "" } });
    case "start-save":
      return seen(model, { prompt: { kind: "save", gateway: action.gateway, text: "" } });
    case "mark":
      return seen(model, { marked: markedWith(model.view.marked, action.snapshot) });
    case "ask-vault":
      return askedVault(model, action.request);
    case "vault-news":
      return heardOfVault(model, action.news);
    case "ask-takeback":
      return askedTakeback(model, action.request);
    case "takeback-news":
      return heardOfTakeback(model, action.news);
    case "start-export": {
      const { gateway, ids } = action;
      const text = `${ids.length === 1 ? ids[0] : `${gateway}-${ids.length}-snapshots`}.clawback`;
      return seen(model, { prompt: { kind: "export", gateway, ids, text } });
    }
    case "start-scope":
      return seen(model, { prompt: { kind: "scope", text: action.scope } });
    case "plan-again":
      return plannedAgain(model);
    case "type":
      return typedMore(model, action.text);
    case "erase":
      return typedLess(model, action.what);
    case "choose":
      return chose(model, action.by);
    case "accept":
      return accepted(model);
    case "cancel":
      return cancelled(model);
    case "ask":
      return seen(model, { prompt: undefined, dialog: { ...action.dialog, typed: "" } });
    case "confirm":
      return confirmed(model);
    case "repaint":
      return { model, effects: [{ kind: "repaint" }] };
    case "say":
      return still(said(model, harmlessLine(tellIn(model.setting.texts, action))));
    case "refuse":
      return refused(model, harmlessLine(action.why));
    case "tell":
      return told(model, action);
    case "copy":
      return {
        model: said(model, model.setting.texts.keys.copied(action.what)),
        effects: [{ kind: "copy", text: action.text }],
      };
    case "show-text":
    case "write-report":
      return { model, effects: [action] };
    case "done":
      return finished(model, shownEntry(action.entry));
    case "measured":
      return seen(model, { perf: action.perf });
    case "quit":
      return quit(model);
    case "leave":
      return seen(model, { ended: true });
    case "ask-quit":
      return askQuit(model);
  }
};

/** Two are compared: a third takes the place of the first. */
const markedWith = (marked: readonly string[], snapshot: string): readonly string[] =>
  marked.includes(snapshot) ? marked.filter((id) => id !== snapshot) : [...marked, snapshot].slice(-2);

/** One action after the other. */
export const actAll = (model: ConsoleModel, actions: readonly Action[]): Step =>
  actions.reduce<Step>((before, action) => {
    const after = act(before.model, action);
    return { model: after.model, effects: [...before.effects, ...after.effects] };
  }, still(model));

const confirmed = (model: ConsoleModel): Step => {
  const { dialog } = model.view;
  if (dialog === undefined || !mayConfirm(model)) return still(model);
  return actAll(withView(model, { dialog: undefined }), dialog.actions);
};

const told = (
  model: ConsoleModel,
  { event, command, said: words }: Extract<Action, { kind: "tell" }>,
): Step => {
  const { now } = model.watch;
  const heard = said(model, words);
  if (command === undefined) return { model: heard, effects: [{ kind: "tell", event }] };
  const entry = { at: now, command, ended: { exit: 0, durationMs: 0, text: words } };
  const { model: after, effects } = logged(heard, entry);
  return { model: after, effects: [{ kind: "tell", event }, ...effects] };
};

/** The words of a failure may quote whatever a file is called. */
const shownEntry = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  command: harmlessLine(entry.command),
  ...(entry.ended === undefined ? {} : { ended: { ...entry.ended, text: harmlessLine(entry.ended.text) } }),
});

const finished = (model: ConsoleModel, entry: AuditEntry): Step =>
  logged(said(model, outcomeOf(model, entry)), entry);

const logged = (model: ConsoleModel, entry: AuditEntry): Step => {
  const record: ConsoleEffect = { kind: "record", entry };
  return {
    model: withView(model, { audit: [...model.view.audit, entry].slice(-auditLimit) }),
    effects: [record],
  };
};

const outcomeOf = ({ setting }: ConsoleModel, { ended }: AuditEntry): string => {
  if (ended === undefined) return "";
  const words = harmlessLine(tellIn(setting.texts, ended));
  return ended.exit === 0 ? words : setting.texts.keys.failed(words);
};

/** What this very console takes back just now. */
export const ownRestores = ({ takeback }: ConsoleModel): readonly RestoreRun[] =>
  [...takeback.runs.values()].filter((run) => isGoing(run) && run.process === undefined);

/** A restore is an operation, too; it is counted as what is known of it here, which is more. */
const running = (model: ConsoleModel): number =>
  model.watch.operations.filter(
    ({ ended, kind }) => ended === undefined && kind !== "restore" && kind !== "rollback",
  ).length + ownRestores(model).length;

/** A restore is not left half-way, and leaving it costs a stop and a start: that is said by its name. */
const whatLeavingDoes = (model: ConsoleModel): readonly string[] => {
  const { keys, restore } = model.setting.texts;
  const restores = ownRestores(model);
  return restores.length === 0 ? [keys.quitSays] : restores.map(({ gateway }) => restore.quitSays(gateway));
};

/** What runs is not cut off by a slip of the finger. */
const quit = (model: ConsoleModel): Step => {
  const { keys } = model.setting.texts;
  const count = running(model);
  if (count === 0) return seen(model, { ended: true });
  if (model.view.dialog !== undefined) return still(model);
  return act(model, {
    kind: "ask",
    dialog: {
      title: keys.quitTitle,
      says: [keys.operationsRun(count), ...whatLeavingDoes(model)],
      command: undefined,
      needs: { kind: "y" },
      actions: [{ kind: "leave" }],
    },
  });
};

const askQuit = (model: ConsoleModel): Step => {
  const { now } = model.watch;
  const { quitAskedAt } = model.view;
  if (quitAskedAt !== undefined && now - quitAskedAt < quitWithinMs) return seen(model, { ended: true });
  const { quitAgain, quitAgainGoesBack } = model.setting.texts.keys;
  const asks = ownRestores(model).length === 0 ? quitAgain : quitAgainGoesBack;
  return seen(model, {
    prompt: undefined,
    dialog: undefined,
    quitAskedAt: now,
    toast: { text: asks(age(quitWithinMs)), until: now + quitWithinMs },
  });
};
