import { type Clock } from "../../ground/index.ts";
import type { Owner } from "../../openclaw/index.ts";
import type { ServiceAdvice } from "../sentences/index.ts";
import type { Answer, Request, ServiceEvent, ServiceResult, ServiceStatus, Supervisor } from "./service.ts";

export type DrivePorts = {
  readonly clock: Clock;
  /** Who holds the state directory; undefined where there is none to look at. */
  readonly owner: () => Promise<Owner | undefined>;
  readonly kill: (pid: number, signal: "SIGKILL") => void;
};

/** A supervisor, and how the gateway is by its word and by the lock of the state directory. */
export type Driven = DrivePorts & {
  readonly supervisor: Supervisor;
  readonly status: (signal: AbortSignal) => Promise<ServiceStatus>;
};

export const hasEnded = ({ state }: ServiceStatus): boolean => state === "stopped" || state === "failed";

/** An order under way: a command that waits for the end itself must not keep us from watching meanwhile. */
export type Order = { readonly settled: () => Answer | undefined };

export const give = (request: Request, signal: AbortSignal): Order => {
  let answer: Answer | undefined;
  request.ask(signal).then(
    (given) => {
      answer = given;
    },
    (error: unknown) => {
      answer = { kind: "failed", why: String(error), advice: { say: "own-fault" } };
    },
  );
  return { settled: () => answer };
};

export const asked = (request: Request, words: string): ServiceEvent => ({
  kind: "asked",
  words,
  ...(request.argv === undefined ? {} : { argv: request.argv }),
});

const pollMs = 250;
const progressEveryMs = 1_000;

/** How long it has taken since it was begun: for what is told meanwhile, and for how it ended. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #begunAt: number;
  #toldMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begunAt = clock.steady();
  }

  get elapsedMs(): number {
    return this.#clock.steady() - this.#begunAt;
  }

  /** How it ended, after so long. */
  result(
    outcome: ServiceResult["outcome"],
    evidence: readonly string[],
    advice?: ServiceAdvice,
  ): ServiceResult {
    return { outcome, tookMs: this.elapsedMs, evidence, ...(advice === undefined ? {} : { advice }) };
  }

  /** The time to tell; undefined while the last telling is fresh. */
  tell(): number | undefined {
    const { elapsedMs } = this;
    if (elapsedMs - this.#toldMs < progressEveryMs) return undefined;
    this.#toldMs = elapsedMs;
    return elapsedMs;
  }
}

/** Until it is worth looking again. Ends early when there is something to do at once, and rejects when it is called off. */
export const pause = (clock: Clock, signal: AbortSignal, early?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const leave = (): void => {
      callOff();
      signal.removeEventListener("abort", stop);
      early?.removeEventListener("abort", go);
    };
    const stop = (): void => {
      leave();
      reject(signal.reason);
    };
    const go = (): void => {
      leave();
      resolve();
    };
    const callOff = clock.after(pollMs, go);
    signal.addEventListener("abort", stop, { once: true });
    early?.addEventListener("abort", go, { once: true });
    if (early?.aborted === true) go();
  });
