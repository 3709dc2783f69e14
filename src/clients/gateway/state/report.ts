import type { ConnectionReport } from "../../facts.ts";

/** A report that does not yet know since when. */
export type Verdict = Omit<ConnectionReport, "since" | "orBefore">;

/**
 * `since` is when the kind of state began; the same kind keeps it, with newer evidence. What is met at the first look
 * began then or before, and only the report of a gateway that is up needs no such word: it tells its own uptime.
 */
export const reportAfter = (before: ConnectionReport, verdict: Verdict, now: number): ConnectionReport => {
  const same = before.state.kind === verdict.state.kind;
  const { state, evidence, next } = verdict;
  const met = before.state.kind === "connecting" && state.kind !== "connecting" && state.kind !== "up";
  return {
    state,
    since: same ? before.since : now,
    ...((same && before.orBefore === true) || met ? { orBefore: true } : {}),
    evidence,
    ...(next === undefined ? {} : { next }),
  };
};
