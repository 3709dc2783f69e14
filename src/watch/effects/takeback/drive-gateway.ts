import type { Service } from "../../../clients/index.ts";
import { age, ExitCode, Problem, problemOf } from "../../../ground/index.ts";
import type { Tell } from "./under-way.ts";
import { waitReady, type Readiness, type WaitReadyOptions } from "./wait-ready.ts";

export type StopGateway = {
  readonly service: Service;
  readonly signal: AbortSignal;
  readonly tell: Tell;
  readonly drainBudgetMs?: number;
  readonly settleMs?: number;
  /** What leaving does from here. */
  readonly wayOut: string;
};

/** Stops it through its own supervisor and tells how the draining goes on; a gateway that stays is a Problem. */
export const stopGateway = async (options: StopGateway): Promise<void> => {
  const { service, signal, tell, wayOut, drainBudgetMs, settleMs } = options;
  tell("stop", "begun", `asking ${service.words} to stop it`, { wayOut });
  const result = await service.stop({
    signal,
    ...(drainBudgetMs === undefined ? {} : { drainBudgetMs }),
    ...(settleMs === undefined ? {} : { settleMs }),
    onEvent: (event) => {
      if (event.kind !== "waiting") return;
      const { elapsedMs, budgetMs } = event;
      const left = age(budgetMs - elapsedMs);
      tell("stop", "going-on", `draining for ${age(elapsedMs)}; it may take up to ${left} more`, {
        drain: { elapsedMs, budgetMs },
        wayOut,
      });
    },
  });
  if (result.outcome === "done" || result.outcome === "already" || result.outcome === "killed") {
    tell("stop", "done", `stopped after ${age(result.tookMs)}`);
    return;
  }
  throw new Problem(
    "GATEWAY_NOT_STOPPED",
    `The gateway was not stopped: ${result.evidence[0] ?? result.outcome}.`,
    {
      hint: result.hint ?? "Stop it by hand, and run the same command again. Nothing was changed.",
      exit: ExitCode.refused,
    },
  );
};

/** Starts what we stopped ourselves. That it does not come is told, and is no reason to call the state lost. */
export const startAgain = async (service: Service, tell: Tell): Promise<boolean> => {
  tell("start", "begun", `asking ${service.words} to start it again`);
  try {
    // Whoever called off still wants it to run.
    const result = await service.start({ signal: new AbortController().signal });
    const runs = result.outcome === "done" || result.outcome === "already";
    tell("start", runs ? "done" : "failed", runs ? "it runs again" : (result.hint ?? result.outcome));
    return runs;
  } catch (error) {
    tell("start", "failed", problemOf(error).message);
    return false;
  }
};

export type WatchReady = Omit<WaitReadyOptions, "onLook" | "budgetMs" | "channelPatienceMs"> & {
  readonly tell: Tell;
  readonly readyBudgetMs?: number;
  readonly channelPatienceMs?: number;
};

/** Waits until it is ready, and tells each thing once. */
export const watchReady = async (place: WatchReady, wayOut?: string): Promise<Readiness> => {
  const { settings, service, clock, signal, tell, readyBudgetMs, channelPatienceMs } = place;
  const leaving = wayOut === undefined ? {} : { wayOut };
  tell("ready", "begun", "waiting until it has started and is ready", leaving);
  let told = "";
  const readiness = await waitReady({
    settings,
    service,
    clock,
    signal,
    onLook: (words) => {
      if (words !== told) tell("ready", "going-on", words, leaving);
      told = words;
    },
    ...(readyBudgetMs === undefined ? {} : { budgetMs: readyBudgetMs }),
    ...(channelPatienceMs === undefined ? {} : { channelPatienceMs }),
  });
  const took = age(readiness.tookMs);
  if (readiness.kind === "failed") tell("ready", "failed", readiness.evidence);
  else if (readiness.kind === "ready") tell("ready", "done", `ready after ${took}`);
  else tell("ready", "done", `started after ${took}; not ready because of ${readiness.failing.join(", ")}`);
  return readiness;
};
