import type { LogLine } from "../../../clients/index.ts";
import type { Recovery, RestoreEvent, RestoreStep, Sentence, Told } from "../../../watch/index.ts";

/** One step of a restore, as far as it has come. */
export type StepSeen = {
  readonly step: RestoreStep;
  readonly state: RestoreEvent["state"];
  readonly detail: string;
  readonly said: RestoreEvent["said"];
  /** Of what lasts: how far it is, or how long it has been finishing its work. */
  readonly progress: RestoreEvent["progress"];
  readonly drain: RestoreEvent["drain"];
  readonly begunAt: number;
  /** When it was done, skipped or had failed. */
  readonly endedAt: number | undefined;
};

/** What a restore ended with. */
export type RunEnd =
  /** In place, and kept until somebody accepts it or puts the old state back. */
  | {
      readonly kind: "waiting";
      readonly recovery: Recovery | null;
      readonly warnings: readonly Told[];
      /** It was not started from here: nothing is known about how that is done. */
      readonly isStarted: boolean;
    }
  | { readonly kind: "accepted"; readonly recovery: Recovery | null }
  | {
      readonly kind: "put-back";
      readonly why: string;
      readonly said?: Sentence | undefined;
      readonly running: boolean;
      readonly recovery: Recovery | null;
    }
  /** Before anything live was touched. */
  | {
      readonly kind: "called-off";
      readonly why: string;
      readonly said?: Sentence | undefined;
      readonly running: boolean;
    }
  /** It failed, and somebody has to look. */
  | {
      readonly kind: "failed";
      readonly why: string;
      readonly said?: Sentence | undefined;
      readonly hint: string | undefined;
      readonly advice?: Sentence | undefined;
    };

/** A restore of one gateway: under way, waiting for a decision, or ended. */
export type RestoreRun = {
  readonly gateway: string;
  readonly snapshot: string;
  /** In words, as its plan has it. */
  readonly scope: string;
  readonly doing: "restoring" | "putting-back";
  /** The process that does it, where that is not this one. */
  readonly process: number | undefined;
  readonly begunAt: number;
  readonly steps: readonly StepSeen[];
  readonly safetySnapshot: string | undefined;
  /** From the order to stop until the gateway answered again. */
  readonly down: { readonly from: number; readonly until: number | undefined } | undefined;
  /** A restore that was cut off, and what became of it when it was found. */
  readonly recovered: string | undefined;
  /** What the gateway's own log says of a start that failed; absent until that is heard. */
  readonly failedStart?: LogLine | undefined;
  /** It was asked to stop where it can. */
  readonly isCalledOff: boolean;
  /** Its gateway is not waited for any longer. */
  readonly isCutShort: boolean;
  readonly end: (RunEnd & { readonly at: number }) | undefined;
};

export const begunRun = (
  of: Pick<RestoreRun, "gateway" | "snapshot" | "scope">,
  begunAt: number,
): RestoreRun => ({
  ...of,
  doing: "restoring",
  process: undefined,
  begunAt,
  steps: [],
  safetySnapshot: undefined,
  down: undefined,
  recovered: undefined,
  isCalledOff: false,
  isCutShort: false,
  end: undefined,
});

const isOver = ({ state }: Pick<RestoreEvent, "state">): boolean => state !== "begun" && state !== "going-on";

const seenAs = (event: RestoreEvent, before: StepSeen | undefined): StepSeen => ({
  step: event.step,
  state: event.state,
  detail: event.detail,
  said: event.said,
  progress: event.progress,
  drain: event.drain,
  begunAt: before?.begunAt ?? event.at,
  endedAt: isOver(event) ? event.at : undefined,
});

/**
 * Counts only what the gateway could not answer in: from the order to stop until it was ready, or was put back ready.
 * One that is waited for only because a channel of it does not come up answers already.
 */
const downAfter = (run: RestoreRun, { step, state, said, at }: RestoreEvent): RestoreRun["down"] => {
  if (step === "stop" && state === "begun") return run.down ?? { from: at, until: undefined };
  // What came up and goes back is down once more.
  if (step === "put-back" && state === "begun" && run.down !== undefined) {
    return { ...run.down, until: undefined };
  }
  if (step === "ready" && run.down !== undefined) {
    const answers = state === "done" || said?.say === "waits-for-channels";
    return { ...run.down, until: answers ? (run.down.until ?? at) : undefined };
  }
  return run.down;
};

/** One more event of it. A step that comes a second time, such as the start after a put-back, stands again at the end. */
export const withRestoreEvent = (run: RestoreRun, event: RestoreEvent): RestoreRun => {
  const last = run.steps.findLast(({ step }) => step === event.step);
  const isSame = last !== undefined && last.endedAt === undefined;
  const seen = seenAs(event, isSame ? last : undefined);
  return {
    ...run,
    steps: isSame ? run.steps.map((each) => (each === last ? seen : each)) : [...run.steps, seen],
    down: downAfter(run, event),
  };
};

export const isGoing = ({ end }: RestoreRun): boolean => end === undefined;

export const isWaiting = ({ end }: RestoreRun): boolean => end?.kind === "waiting";

/** Nobody can call it off any more: it is on its way back already. */
export const isGoingBack = ({ doing, isCalledOff, steps }: RestoreRun): boolean =>
  doing === "putting-back" || isCalledOff || steps.some(({ step }) => step === "put-back");

/** Its gateway did not come up on what was put in place. */
export const hasFailedStart = ({ steps }: RestoreRun): boolean => steps.some(isFailedStart);

export const isFailedStart = ({ step, state }: StepSeen): boolean =>
  (step === "start" || step === "ready") && state === "failed";

/** Old and new have changed places, or are about to. */
export const hasSwapped = ({ steps }: RestoreRun): boolean => steps.some(({ step }) => step === "swap");

/** The stop that goes on: the gateway finishes its work. */
export const drainOf = (run: RestoreRun): StepSeen | undefined =>
  isGoing(run) ? run.steps.find(({ step, endedAt }) => step === "stop" && endedAt === undefined) : undefined;

export const hasStopped = ({ steps }: RestoreRun): boolean => steps.some(({ step }) => step === "stop");
