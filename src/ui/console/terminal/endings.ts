import { constants } from "node:os";

/**
 * The ways a program ends without being asked, or stops for a while. Whoever holds the terminal is told in time to
 * give it back, synchronously, and then the ending takes its course: a signal is raised again with nobody left to
 * catch it, so that the shell sees the true reason.
 */
export type EndingsOptions = {
  /** Give the terminal back, now: nothing asynchronous happens after this. False when the terminal took nothing. */
  readonly leave: () => boolean;
  /** Stopped and continued again: take the terminal back. */
  readonly enter: () => void;
  /**
   * What must come to its end before a signal ends the program, without a screen: a gateway that was stopped for a
   * restore is not left so because a connection broke. Undefined: nothing. The same or another signal ends it at once.
   */
  readonly finish: () => Promise<unknown> | undefined;
  /** Another program has the terminal: what is typed there, ctrl-c and ctrl-Z included, is for that one. */
  readonly isLent: () => boolean;
  /** An exception nobody caught, or a rejection nobody handled. Says what happened and gives the exit code. */
  readonly crashed: (error: unknown, isHeard: boolean) => number;
};

const fatal = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

/** What a terminal makes of ctrl-c and of ctrl-\\. */
const typed: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT"]);

export type Endings = {
  /** Stops the program as ctrl-Z does in a shell: it and everything it runs in the foreground. */
  readonly stop: () => void;
  readonly close: () => void;
};

export const watchEndings = ({ leave, enter, finish, isLent, crashed }: EndingsOptions): Endings => {
  let isEnding = false;
  const onFatal = (signal: NodeJS.Signals): void => {
    if (typed.has(signal) && isLent()) return;
    leave();
    const end = (): void => {
      try {
        // A signal skips what is left for the very end: a demo's folder goes with it.
        process.emit("exit", 128 + constants.signals[signal]);
      } finally {
        // Other listeners would keep the signal from having its effect; the terminal is given back, nothing is left to do.
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      }
    };
    const rest = isEnding ? undefined : finish();
    isEnding = true;
    if (rest === undefined) end();
    else void rest.then(end, end);
  };

  const stopWith = (target: number): void => {
    leave();
    process.removeListener("SIGTSTP", onStop);
    process.kill(target, "SIGTSTP");
    // Continued, or never stopped: a process that no shell looks after is not stopped by this signal.
    setImmediate(() => {
      process.on("SIGTSTP", onStop);
      onContinue();
    });
  };
  const onStop = (): void => {
    stopWith(process.pid);
  };

  // Also after a SIGSTOP that nobody could see coming.
  const onContinue = (): void => {
    if (!isLent()) enter();
  };

  const onException = (error: unknown): void => {
    const isHeard = leave();
    process.exit(crashed(error, isHeard));
  };

  for (const signal of fatal) process.on(signal, onFatal);
  process.on("SIGTSTP", onStop);
  process.on("SIGCONT", onContinue);
  process.on("uncaughtException", onException);
  process.on("exit", leave);

  return {
    stop: () => {
      // 0 is the whole group in the foreground: npm, when it started us, must stop with us for the shell to notice.
      stopWith(0);
    },
    close: () => {
      for (const signal of fatal) process.removeListener(signal, onFatal);
      process.removeListener("SIGTSTP", onStop);
      process.removeListener("SIGCONT", onContinue);
      process.removeListener("uncaughtException", onException);
      process.removeListener("exit", leave);
    },
  };
};
