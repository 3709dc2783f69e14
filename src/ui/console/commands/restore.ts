import { gatewayNamed, stopsOf, type RestorePlan } from "../../../watch/index.ts";
import { failureIn } from "../language/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import { lookWords, planHere, plannedHere, runShown } from "../lists/restore.ts";
import { downtimeWords, goneWords } from "../panes/restore.ts";
import { vaultTrouble } from "../panes/snapshots.ts";
import type { Action } from "../state/action.ts";
import type { Dialog } from "../state/dialog.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { PlaceOf } from "../state/place.ts";
import {
  drainOf,
  hasSwapped,
  isGoing,
  isGoingBack,
  isWaiting,
  type RestoreRun,
  type StepSeen,
} from "../state/restore-run.ts";
import { scopeChoices, scopeFurther } from "../state/scope.ts";
import { takebackLine, type TakebackRequest } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";

const where = ["restore"] as const;

const here = ({ view }: ConsoleModel): PlaceOf<"restore"> | undefined => {
  const place = placeOf(view);
  return place.screen === "restore" ? place : undefined;
};

const toScope =
  (by: 1 | -1) =>
  (model: ConsoleModel): readonly Action[] => {
    const place = here(model);
    if (place === undefined) return [];
    const scope = scopeFurther(scopeChoices(gatewayHere(model), place.scope), place.scope, by);
    return [{ kind: "turn", place: { ...place, scope } }];
  };

const isRunShown = (model: ConsoleModel): string | undefined => {
  const { restore } = model.setting.texts;
  const run = runShown(model);
  if (run === undefined) return undefined;
  return isGoing(run) || isWaiting(run) ? restore.runsOn : restore.ended.again;
};

const asking = (
  model: ConsoleModel,
  dialog: Omit<Dialog, "typed" | "command" | "actions">,
  request: TakebackRequest,
): readonly Action[] => [
  {
    kind: "ask",
    dialog: {
      ...dialog,
      command: takebackLine(request, model.vault.access),
      actions: [{ kind: "ask-takeback", request }],
    },
  },
];

const isProd = ({ watch }: ConsoleModel, gateway: string): boolean =>
  gatewayNamed(watch, gateway)?.identity.labels.some((label) => label.toLowerCase() === "prod") ?? false;

/** What it costs, in figures, once more where it is confirmed. */
const costs = (plan: RestorePlan, model: ConsoleModel): NonNullable<Dialog["facts"]> => {
  const { gone, facts } = model.setting.texts.restore;
  const words = goneWords(plan, model);
  return [
    [facts.gone, words.length === 0 ? gone.nothing : words.join(" · ")],
    [facts.downtime, downtimeWords(plan, model)],
  ];
};

const begin = (model: ConsoleModel): readonly Action[] => {
  const place = here(model);
  const plan = planHere(model);
  if (place === undefined || plan === undefined) return [];
  const { restore } = model.setting.texts;
  const { gateway, snapshot, scope } = place;
  const how =
    plan.how === "hot"
      ? restore.says.hot
      : plan.how === "files-only"
        ? restore.says.files
        : restore.says.whole;
  return asking(
    model,
    {
      title: restore.title(gateway, snapshot),
      says: [...(isProd(model, gateway) ? [restore.prod(gateway)] : []), how, restore.says.safety],
      facts: costs(plan, model),
      // A configuration is exchanged without a stop, and put back as easily.
      needs: plan.how === "hot" ? { kind: "y" } : { kind: "name", name: gateway },
    },
    { kind: "restore", gateway, snapshot, scope },
  );
};

const whyNotPlanned = (model: ConsoleModel): string => {
  const { texts } = model.setting;
  const planned = plannedHere(model);
  return planned?.kind === "failed"
    ? texts.restore.failed(failureIn(texts, planned))
    : texts.restore.notPlanned;
};

const cannotBegin = (model: ConsoleModel): string | undefined => {
  const { restore } = model.setting.texts;
  const plan = planHere(model);
  const shown = isRunShown(model);
  if (shown !== undefined) return shown;
  if (plan === undefined) return vaultTrouble(model) ?? whyNotPlanned(model);
  const stop = stopsOf(plan)[0];
  if (stop === undefined) return undefined;
  const { why, wayOut } = lookWords(model.setting.texts, stop);
  return restore.blocked(why, wayOut ?? "");
};

const ofElsewhere = (run: RestoreRun, { setting }: ConsoleModel): string | undefined =>
  run.process === undefined ? undefined : setting.texts.restore.notOurs(run.process);

const cannotPutBack = (model: ConsoleModel): string | undefined => {
  const { restore } = model.setting.texts;
  const run = runShown(model);
  if (run === undefined || (!isGoing(run) && !isWaiting(run))) return restore.notGoing;
  if (isWaiting(run)) return undefined;
  return ofElsewhere(run, model) ?? (isGoingBack(run) ? restore.goingBack : undefined);
};

const putBack = (model: ConsoleModel): readonly Action[] => {
  const run = runShown(model);
  if (run === undefined) return [];
  const { restore } = model.setting.texts;
  const { gateway } = run;
  if (isWaiting(run)) {
    return asking(
      model,
      {
        title: restore.putBackTitle(gateway),
        says: [...(isProd(model, gateway) ? [restore.prod(gateway)] : []), restore.putBackSays],
        needs: { kind: "name", name: gateway },
      },
      { kind: "put-back", gateway },
    );
  }
  return asking(
    model,
    { title: restore.callOffTitle(gateway), says: [restore.quitSays(gateway)], needs: { kind: "y" } },
    { kind: "call-off", gateway },
  );
};

const drainHere = (model: ConsoleModel): StepSeen | undefined => {
  const run = runShown(model);
  return run === undefined ? undefined : drainOf(run);
};

const cannotCutShort = (model: ConsoleModel): string | undefined => {
  const { restore } = model.setting.texts;
  const run = runShown(model);
  const drain = drainHere(model)?.drain;
  if (run === undefined) return restore.notGoing;
  if (run.isCutShort) return restore.cutAlready;
  return ofElsewhere(run, model) ?? (drain?.killable === true ? undefined : restore.cannotKill);
};

const cutShort = (model: ConsoleModel): readonly Action[] => {
  const run = runShown(model);
  if (run === undefined) return [];
  const { restore } = model.setting.texts;
  const { gateway } = run;
  // As it was last heard: it speaks to nobody while it stops.
  const sessions = [...(gatewayNamed(model.watch, gateway)?.sessions.values() ?? [])];
  const turns = sessions.filter(({ facts, turn }) => facts.running || turn !== undefined).length;
  return asking(
    model,
    {
      title: restore.cutTitle(gateway),
      says: [...(isProd(model, gateway) ? [restore.prod(gateway)] : []), ...restore.cutSays(turns)],
      needs: { kind: "y" },
    },
    { kind: "cut-short", gateway },
  );
};

/** From a snapshot back to a gateway that runs on it. */
export const restoreCommands: readonly ConsoleCommand[] = [
  {
    id: "restore.begin",
    keys: ["r"],
    risk: "typed",
    where,
    footer: 5,
    changes: true,
    disabledReason: cannotBegin,
    thenName: true,
    run: begin,
  },
  {
    id: "restore.accept",
    keys: ["A"],
    risk: "confirm",
    where,
    footer: 5,
    changes: true,
    disabledReason: (model) => {
      const run = runShown(model);
      return run !== undefined && isWaiting(run) ? undefined : model.setting.texts.restore.notWaiting;
    },
    run: (model) => {
      const run = runShown(model);
      const { restore } = model.setting.texts;
      return run === undefined
        ? []
        : asking(
            model,
            {
              title: restore.acceptTitle(run.snapshot),
              says: [restore.acceptSays],
              needs: { kind: "y" },
            },
            { kind: "accept", gateway: run.gateway },
          );
    },
  },
  {
    id: "restore.put-back",
    keys: ["u"],
    titledNow: (model) => {
      const run = runShown(model);
      return run !== undefined && isGoing(run) && !hasSwapped(run)
        ? model.setting.texts.restore.callOff
        : undefined;
    },
    risk: "typed",
    where,
    footer: 6,
    changes: true,
    disabledReason: cannotPutBack,
    run: putBack,
  },
  {
    id: "restore.cut-short",
    keys: ["k"],
    risk: "confirm",
    where,
    footer: 5,
    changes: true,
    when: (model) => drainHere(model) !== undefined,
    disabledReason: cannotCutShort,
    run: cutShort,
  },
  {
    id: "restore.scope-next",
    keys: ["Right", "]", "l"],
    risk: "none",
    where,
    footer: 15,
    disabledReason: isRunShown,
    run: toScope(1),
  },
  {
    id: "restore.scope-before",
    keys: ["Left", "[", "h"],
    risk: "none",
    where,
    disabledReason: isRunShown,
    run: toScope(-1),
  },
  {
    id: "restore.scope-words",
    keys: ["e"],
    risk: "none",
    where,
    footer: 20,
    disabledReason: isRunShown,
    run: (model) => {
      const place = here(model);
      return place === undefined ? [] : [{ kind: "start-scope", scope: place.scope }];
    },
  },
  {
    id: "restore.session",
    keys: ["S"],
    risk: "none",
    where,
    footer: 30,
    disabledReason: isRunShown,
    run: (model) => {
      const place = here(model);
      return place === undefined
        ? []
        : [
            { kind: "open", place: { screen: "gateway", gateway: place.gateway, tab: "sessions" } },
            { kind: "say", text: model.setting.texts.restore.oneSessionHint },
          ];
    },
  },
  {
    id: "restore.again",
    keys: ["R"],
    risk: "none",
    where,
    footer: 25,
    disabledReason: (model) => {
      const run = runShown(model);
      return (
        vaultTrouble(model) ??
        (run !== undefined && (isGoing(run) || isWaiting(run))
          ? model.setting.texts.restore.runsOn
          : undefined)
      );
    },
    run: () => [{ kind: "plan-again" }],
  },
];
