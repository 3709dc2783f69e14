import type { TurnFacts } from "../facts.ts";
import type { TurnNote } from "./turn-note.ts";

/**
 * Makes turns of notes. One turn tells its story several times over: `agent` and `chat` report the same end, a failure
 * comes twice (the second time without its detail), a retry announces a start again. The ledger says each thing once,
 * and of the progress in between at most one note in five seconds: who waits minutes for a sign of life needs no more.
 */
export type TurnLedger = { readonly enter: (note: TurnNote, nowMs: number) => TurnFacts | undefined };

type Run = { stage: "running" | "ended" | "failed"; attempt: number; toldAt: number };

/** Runs remembered per gateway; the oldest go first. */
const runsMax = 512;
const progressEveryMs = 5_000;

export const turnLedger = (): TurnLedger => {
  const runs = new Map<string, Run>();

  const remember = (runId: string, run: Run): void => {
    runs.delete(runId);
    runs.set(runId, run);
    if (runs.size <= runsMax) return;
    const [oldest] = runs.keys();
    if (oldest !== undefined) runs.delete(oldest);
  };

  return {
    enter: (note, nowMs) => {
      const { sessionKey, runId } = note;
      if (note.step === "compacting") return { kind: "compaction-started", sessionKey };
      if (note.step === "compacted") {
        return { kind: "compaction-ended", sessionKey, completed: note.completed === true };
      }
      if (runId === undefined) return undefined;
      const run = runs.get(runId);
      switch (note.step) {
        case "failed":
          if (run?.stage === "failed") return undefined;
          remember(runId, { stage: "failed", attempt: run?.attempt ?? 0, toldAt: nowMs });
          return { kind: "failed", sessionKey, runId, reason: note.reason ?? "failed without a reason" };
        case "ended":
          if (run !== undefined && run.stage !== "running") return undefined;
          remember(runId, { stage: "ended", attempt: run?.attempt ?? 0, toldAt: nowMs });
          return { kind: "ended", sessionKey, runId };
        case "retrying": {
          const attempt = note.attempt ?? 1;
          if (run !== undefined && (run.stage !== "running" || run.attempt >= attempt)) return undefined;
          remember(runId, { stage: "running", attempt, toldAt: nowMs });
          return { kind: "retrying", sessionKey, runId, attempt };
        }
        case "started":
        case "progress":
          // A run first met in the middle (we connected late, or missed its start) has started as far as we know.
          if (run === undefined) {
            remember(runId, { stage: "running", attempt: 0, toldAt: nowMs });
            return { kind: "started", sessionKey, runId };
          }
          if (run.stage !== "running" || nowMs - run.toldAt < progressEveryMs) return undefined;
          run.toldAt = nowMs;
          return { kind: "progress", sessionKey, runId };
      }
    },
  };
};
