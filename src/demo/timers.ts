import type { Clock } from "../ground/index.ts";

/**
 * Two kinds of waiting. `real` is what the protocol promises in seconds (ticks, leases); `story` is the time of the
 * scenario, which runs `speed` times as fast. Whoever makes timers calls them all off when it ends.
 */
export type Timers = {
  readonly now: () => number;
  readonly real: (delayMs: number, run: () => void) => () => void;
  readonly story: (delayMs: number, run: () => void) => () => void;
  readonly every: (intervalMs: number, run: () => void) => void;
  readonly cancelAll: () => void;
};

export const timersOf = (clock: Clock, speed: number): Timers => {
  const pending = new Set<() => void>();
  let open = true;
  const real = (delayMs: number, run: () => void): (() => void) => {
    if (!open) return () => undefined;
    const cancelTimer = clock.after(Math.max(0, delayMs), () => {
      pending.delete(cancel);
      run();
    });
    const cancel = (): void => {
      pending.delete(cancel);
      cancelTimer();
    };
    pending.add(cancel);
    return cancel;
  };
  const every = (intervalMs: number, run: () => void): void => {
    real(intervalMs, () => {
      every(intervalMs, run);
      run();
    });
  };
  return {
    // Whole milliseconds, as gateways write them.
    now: () => Math.round(clock.now()),
    real,
    story: (delayMs, run) => real(Math.round(delayMs / speed), run),
    every,
    cancelAll: () => {
      open = false;
      for (const cancel of pending) cancel();
    },
  };
};
