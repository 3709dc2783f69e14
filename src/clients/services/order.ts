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
export type Order = {
  readonly settled: () => Answer | undefined;
  /** Aborted when it is answered: time to look. Undefined once that is no news any more. */
  readonly answer: () => AbortSignal | undefined;
};

export const give = (request: Request, signal: AbortSignal): Order => {
  let answer: Answer | undefined;
  const answered = new AbortController();
  request
    .ask(signal)
    .then(
      (given) => {
        answer = given;
      },
      (error: unknown) => {
        answer = { kind: "failed", why: String(error), advice: { say: "own-fault" } };
      },
    )
    .finally(() => {
      answered.abort();
    });
  return { settled: () => answer, answer: () => (answered.signal.aborted ? undefined : answered.signal) };
};

export const asked = (request: Request, words: string): ServiceEvent => ({
  kind: "asked",
  words,
  ...(request.argv === undefined ? {} : { argv: request.argv }),
});

const shortestMs = 50;
const longestMs = 250;
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

  /** A look costs a process, a late one downtime: the next comes after a twentieth of what it has taken so far. */
  get nextLookMs(): number {
    return Math.max(shortestMs, Math.min(longestMs, this.elapsedMs / 20));
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

export type Pause = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ms: number;
  /** What there is to do at once ends it early. */
  readonly early?: readonly (AbortSignal | undefined)[];
};

/** Until it is worth looking again. Rejects when it is called off. */
export const pause = ({ clock, signal, ms, early = [] }: Pause): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const ends = AbortSignal.any(early.filter((each) => each !== undefined));
    const leave = (): void => {
      callOff();
      signal.removeEventListener("abort", stop);
      ends.removeEventListener("abort", go);
    };
    const stop = (): void => {
      leave();
      reject(signal.reason);
    };
    const go = (): void => {
      leave();
      resolve();
    };
    const callOff = clock.after(ms, go);
    signal.addEventListener("abort", stop, { once: true });
    ends.addEventListener("abort", go, { once: true });
    if (ends.aborted) go();
  });
