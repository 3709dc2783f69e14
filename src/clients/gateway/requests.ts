import type { Clock } from "../../ground/index.ts";
import type { WireError } from "../wire/frame.ts";

/** How one question ended. */
export type Answer =
  | { readonly kind: "answer"; readonly payload: unknown; readonly tookMs: number }
  | { readonly kind: "error"; readonly error: WireError }
  /** Longer than the time given; a late answer is dropped. */
  | { readonly kind: "timeout"; readonly waitedMs: number }
  /** The connection ended first. */
  | { readonly kind: "lost" };

/** The questions under way on one connection. Answers come in any order, each found by its id. */
export type Requests = {
  readonly ask: (timeoutMs: number, send: (id: string) => void) => Promise<Answer>;
  /** Whether the id was waited for; a stranger's answer is not parsed. */
  readonly isWaiting: (id: string) => boolean;
  readonly settle: (id: string, outcome: { payload: unknown } | { error: WireError }) => void;
  readonly loseAll: () => void;
  readonly waiting: () => number;
};

type Waiting = { readonly since: number; readonly finish: (answer: Answer) => void };

export const requestTable = (clock: Clock): Requests => {
  const waiting = new Map<string, Waiting>();
  let last = 0;

  return {
    ask: (timeoutMs, send) =>
      new Promise((resolve) => {
        last += 1;
        const id = `r${last}`;
        const since = clock.steady();
        const finish = (answer: Answer): void => {
          if (!waiting.delete(id)) return;
          callOff();
          resolve(answer);
        };
        const callOff = clock.after(timeoutMs, () => {
          finish({ kind: "timeout", waitedMs: timeoutMs });
        });
        waiting.set(id, { since, finish });
        send(id);
      }),
    isWaiting: (id) => waiting.has(id),
    settle: (id, outcome) => {
      const entry = waiting.get(id);
      if (entry === undefined) return;
      entry.finish(
        "error" in outcome
          ? { kind: "error", error: outcome.error }
          : { kind: "answer", payload: outcome.payload, tookMs: clock.steady() - entry.since },
      );
    },
    loseAll: () => {
      for (const entry of waiting.values()) entry.finish({ kind: "lost" });
    },
    waiting: () => waiting.size,
  };
};
