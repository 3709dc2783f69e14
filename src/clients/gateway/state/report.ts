import type { ConnectionReport } from "../../facts.ts";
import { connectionText, type ConnectionSentence } from "../../sentences/index.ts";

/** A report that does not yet know since when, and has no words yet. */
export type Verdict = {
  readonly state: ConnectionReport["state"];
  readonly said: ConnectionSentence;
  readonly advice?: ConnectionSentence;
};

/**
 * `since` is when the kind of state began; the same kind keeps it, with newer evidence. What is met at the first look
 * began then or before, and only the report of a gateway that is up needs no such word: it tells its own uptime.
 */
export const reportAfter = (before: ConnectionReport, verdict: Verdict, now: number): ConnectionReport => {
  const same = isSame(before.state, verdict.state);
  const { state, said, advice } = verdict;
  const met = before.state.kind === "connecting" && state.kind !== "connecting" && state.kind !== "up";
  return {
    state,
    since: same ? before.since : now,
    ...((same && before.orBefore === true) || met ? { orBefore: true } : {}),
    ...worded(said, advice),
  };
};

/** Of a gateway that is only probed, well and unwell are two states: a trouble begins when it became unwell. */
const isSame = (before: ConnectionReport["state"], after: ConnectionReport["state"]): boolean =>
  before.kind === after.kind &&
  (before.kind !== "http-only" || after.kind !== "http-only" || before.healthy === after.healthy);

/** The words, and what they are made of. */
export const worded = (
  said: ConnectionSentence,
  advice?: ConnectionSentence,
): Pick<ConnectionReport, "evidence" | "said" | "next" | "advice"> => ({
  evidence: connectionText(said),
  said,
  ...(advice === undefined ? {} : { next: connectionText(advice), advice }),
});
