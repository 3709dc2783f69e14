import { harmlessLine } from "../../../ground/index.ts";
import { failureIn, hintIn, tellIn } from "../language/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import {
  drainOf,
  hasFailedStart,
  hasStopped,
  hasSwapped,
  isGoingBack,
  type RestoreRun,
} from "../state/restore-run.ts";
import { clawbackLine } from "../state/vault.ts";
import type { Role } from "../theme/index.ts";

type Told = { readonly text: string; readonly role: Role };

/** What can be done now, or what came of it: the most important first. */
export const toldOf = (run: RestoreRun, model: ConsoleModel): readonly Told[] => {
  const { texts } = model.setting;
  const { ways, ended, run: words } = texts.restore;
  const { end, process, recovered, safetySnapshot } = run;
  const safety: readonly Told[] =
    safetySnapshot === undefined ? [] : [{ text: ended.safety(safetySnapshot), role: "text.secondary" }];
  const found: readonly Told[] =
    recovered === undefined ? [] : [{ text: harmlessLine(recovered), role: "state.warn" }];
  if (end === undefined) {
    if (process !== undefined) return [...found, { text: words.other(process), role: "state.warn" }];
    const way = isGoingBack(run)
      ? ways.back
      : hasSwapped(run)
        ? ways.swapped
        : hasStopped(run)
          ? ways.stopped
          : ways.untouched;
    const drain = run.isCutShort ? undefined : drainOf(run)?.drain;
    return [
      { text: way, role: "key" },
      ...(run.failedStart === undefined ? [] : failedStartTold(run, model)),
      ...(drain?.killable === true ? [{ text: ways.draining, role: "key" as const }] : []),
      { text: ways.elsewhere, role: "text.dim" },
    ];
  }
  switch (end.kind) {
    case "waiting":
      return [
        { text: ended.waiting, role: "key" },
        ...found,
        ...(end.isStarted ? [] : [{ text: ended.notStarted, role: "state.warn" as const }]),
        ...end.warnings.map((each) => ({
          text: harmlessLine(tellIn(texts, each), 1_000),
          role: "state.warn" as const,
        })),
        ...safety,
      ];
    case "accepted":
      return [
        { text: ended.accepted(safetySnapshot ?? "?"), role: "state.good" },
        { text: ended.again, role: "text.dim" },
      ];
    case "put-back":
      return [
        { text: ended.putBack(failureIn(texts, end)), role: "state.warn" },
        ...failedStartTold(run, model),
        end.running
          ? { text: ended.running, role: "state.good" }
          : { text: ended.stopped(run.gateway), role: "state.bad" },
        ...safety,
        { text: ended.again, role: "text.dim" },
      ];
    case "called-off":
      return [
        { text: ended.calledOff(failureIn(texts, end)), role: "state.warn" },
        ...(end.running ? [] : [{ text: ended.stopped(run.gateway), role: "state.bad" as const }]),
        ...found,
        { text: ended.again, role: "text.dim" },
      ];
    case "failed":
      return [
        { text: ended.broken(failureIn(texts, end)), role: "state.bad" },
        ...failedStartTold(run, model),
        ...(end.hint === undefined
          ? []
          : [{ text: hintIn(texts, { hint: end.hint, advice: end.advice }), role: "state.warn" as const }]),
        { text: ended.again, role: "text.dim" },
      ];
  }
};

/** Why it did not come up, in the gateway's own words; until they are heard, where they stand. */
const failedStartTold = (run: RestoreRun, model: ConsoleModel): readonly Told[] => {
  if (!hasFailedStart(run)) return [];
  const words = failedStartWords(run, model);
  return words === undefined
    ? [{ text: model.setting.texts.restore.ended.logByHand(logLine(run, model)), role: "text.secondary" }]
    : [{ text: words, role: "state.bad" }];
};

export const failedStartWords = (
  { failedStart }: RestoreRun,
  { setting }: ConsoleModel,
): string | undefined => {
  if (failedStart === undefined) return undefined;
  const { at, subsystem, message } = failedStart;
  return setting.texts.restore.ended.logSays(setting.time.clock(at), subsystem, harmlessLine(message, 300));
};

const logLine = ({ gateway }: RestoreRun, { vault }: ConsoleModel): string =>
  clawbackLine(vault.access, "logs", "--gateway", gateway, "--level", "error");
