import { ExitCode } from "../../ground/index.ts";
import type { Context } from "./command.ts";

/** Waits for ctrl-c, or for a length of time when one was given. */
export const untilInterrupted = async (
  { signal, clock }: Pick<Context, "signal" | "clock">,
  forMs?: number,
): Promise<ExitCode> => {
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  const callOff = forMs === undefined ? undefined : clock.after(forMs, () => resolve(ExitCode.fine));
  const stop = (): void => resolve(ExitCode.interrupted);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  // Nothing else may be left to keep the process alive.
  const alive = setInterval(() => undefined, 1 << 30);
  try {
    return await promise;
  } finally {
    clearInterval(alive);
    callOff?.();
    signal.removeEventListener("abort", stop);
  }
};
