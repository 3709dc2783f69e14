/**
 * Time as an argument: a test holds it still or moves it by hand. Pure code never takes a Clock; it is told the time.
 * `after` returns the way to call the timer off.
 */
export type Clock = {
  /** Milliseconds since the epoch; may jump when the host's clock is set. */
  readonly now: () => number;
  /** Milliseconds that only ever go forward: for durations. */
  readonly steady: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not `performance`: its first use loads all that Node has for measuring itself, 2 ms of a save.
  steady: () => Number(process.hrtime.bigint()) / 1e6,
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
