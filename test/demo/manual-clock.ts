import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../src/ground/index.ts";

/** Time that moves when the test says so; timers fire in order, and real sockets get their turn between them. */
export type ManualClock = Clock & {
  readonly advance: (ms: number) => Promise<void>;
  readonly timers: () => number;
};

export const manualClock = (start = Date.UTC(2026, 10, 20, 2, 0)): ManualClock => {
  let now = start;
  let made = 0;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    steady: () => now - start,
    after: (delayMs, run) => {
      made += 1;
      const id = made;
      timers.set(id, { at: now + delayMs, run });
      return () => {
        timers.delete(id);
      };
    },
    timers: () => timers.size,
    advance: async (ms) => {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
        if (next === undefined) break;
        const [id, { at, run }] = next;
        timers.delete(id);
        now = Math.max(now, at);
        run();
        await nextTurn();
      }
      now = until;
      await nextTurn();
    },
  };
};
