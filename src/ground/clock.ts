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

/** Node rings a timer that is longer at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not `performance`: its first use loads all that Node has for measuring itself, 2 ms of a save.
  steady: () => Number(process.hrtime.bigint()) / 1e6,
  after: (delayMs, run) => {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      timer =
        leftMs > longestTimerMs
          ? setTimeout(() => {
              wait(leftMs - longestTimerMs);
            }, longestTimerMs)
          : setTimeout(run, leftMs);
    };
    wait(delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** What counts at most of a wait at a time. */
const longestStepMs = 1_000;

/**
 * As `after`, before somebody else is called silent: time in which we ourselves stood still counts as a moment, for what
 * was said meanwhile waits to be read.
 */
export const afterListening = (clock: Clock, delayMs: number, run: () => void): (() => void) => {
  let leftMs = delayMs;
  let callOff: () => void;
  const listen = (): void => {
    const stepMs = Math.min(leftMs, longestStepMs);
    leftMs -= stepMs;
    callOff = clock.after(stepMs, leftMs > 0 ? listen : run);
  };
  listen();
  return () => {
    callOff();
  };
};

/** Waits so long, or until it is called off: whoever cares why asks the signal. */
export const sleep = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      callOff();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const callOff = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
    if (signal?.aborted === true) done();
  });
