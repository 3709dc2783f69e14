import type { Service, ServiceResult, StopOptions } from "../../../clients/index.ts";
import type { Journal } from "../../../core/index.ts";
import { ExitCode, isProblem, sleep, type Clock } from "../../../ground/index.ts";
import { asTold, english, failureOf, problemSaid } from "../../sentences/index.ts";
import type { Tell } from "./under-way.ts";
import { waitReady, type Readiness, type WaitReadyOptions } from "./wait-ready.ts";

/** How long a gateway may finish its work, and what ends that. */
export type Draining = {
  readonly drainBudgetMs?: number | undefined;
  readonly whenOver?: "leave" | "kill";
  readonly cutShort?: AbortSignal | undefined;
};

export type StopGateway = Draining & {
  readonly service: Service;
  readonly signal: AbortSignal;
  readonly tell: Tell;
  readonly settleMs?: number;
  /** It is written down before it is done. */
  readonly journal?: Journal;
  readonly clock: Clock;
  /** What leaving does from here. */
  readonly wayOut: string;
};

/** Stops it through its own supervisor and tells how the draining goes on; a gateway that stays is a Problem. */
export const stopGateway = async (options: StopGateway): Promise<void> => {
  const { service, signal, tell, wayOut, drainBudgetMs, settleMs, whenOver, cutShort } = options;
  tell("stop", "begun", { say: "asking-to-stop", service: service.words }, { wayOut });
  const how: StopOptions = {
    signal,
    ...(drainBudgetMs === undefined ? {} : { drainBudgetMs }),
    ...(settleMs === undefined ? {} : { settleMs }),
    ...(whenOver === undefined ? {} : { whenOver }),
    cutShort,
    onEvent: (event) => {
      if (event.kind === "killing") {
        const { journal, clock } = options;
        journal?.append({ step: "noted", at: clock.now(), what: "killing", detail: event.words });
        tell("stop", "going-on", { say: "killing-now" });
      }
      if (event.kind !== "waiting") return;
      const { elapsedMs, budgetMs, killable = false } = event;
      tell(
        "stop",
        "going-on",
        { say: "draining-for", elapsedMs, leftMs: budgetMs - elapsedMs },
        { drain: { elapsedMs, budgetMs, killable }, wayOut },
      );
    },
  };
  const result = await stopToItsEnd(service, how, () => {
    tell("stop", "going-on", { say: "sees-stop-out" });
  });
  if (result.outcome === "done" || result.outcome === "already" || result.outcome === "killed") {
    const say = result.outcome === "killed" ? "killed-after" : "stopped-after";
    tell("stop", "done", { say, tookMs: result.tookMs });
    // Called off while it stopped: it is gone by now, and goes no further.
    signal.throwIfAborted();
    return;
  }
  throw problemSaid(
    result.outcome === "timed-out" ? stillDraining : "GATEWAY_NOT_STOPPED",
    { say: "gateway-not-stopped", because: result.evidence[0] ?? result.outcome },
    {
      advice: result.advice ?? { say: "stop-by-hand" },
      exit: ExitCode.refused,
    },
  );
};

/**
 * Whoever calls off leaves the watching, and an order that was given stands: the gateway is on its way out. Before it is
 * gone a start would find it running, and nobody would start it afterwards.
 */
const stopToItsEnd = async (
  service: Service,
  how: StopOptions,
  onCalledOff: () => void,
): Promise<ServiceResult> => {
  let given = false;
  try {
    return await service.stop({
      ...how,
      onEvent: (event) => {
        given ||= event.kind === "asked";
        how.onEvent?.(event);
      },
    });
  } catch (error) {
    if (!given || !how.signal.aborted) throw error;
    onCalledOff();
    return await service.stop({ ...how, signal: new AbortController().signal });
  }
};

const stillDraining = "GATEWAY_STILL_DRAINS";

/** It was asked to end and has not yet: it runs now, and when it has ended nobody starts it. */
export const isStillDraining = (error: unknown): boolean => isProblem(error) && error.code === stillDraining;

/** How often more a gateway is asked to start, and the rest before each time. */
const moreStarts = 3;
export const restMs = 4_000;

/** How a gateway stands that we stopped ourselves and asked to start again. */
export type StartedAgain = "ready" | "not-ready" | "stopped";

/**
 * Starts what we stopped ourselves, and waits until it is ready; nothing calls that off any more. What kept it from
 * starting may pass (a port that somebody else had), and nobody else would ask again.
 */
export const runAgain = async (place: Omit<WatchReady, "signal">): Promise<StartedAgain> => {
  const { service, clock, tell } = place;
  const signal = new AbortController().signal;
  for (let left = moreStarts; ; left -= 1) {
    const isAsked = await startAgain(service, tell);
    if (isAsked && (await watchReady({ ...place, signal })).kind !== "failed") return "ready";
    const { state } = await service.status(signal);
    // One that runs is slow, or its supervisor's to start anew.
    if (state !== "stopped" && state !== "failed") return isAsked ? "not-ready" : "stopped";
    if (left === 0) return "stopped";
    tell("start", "going-on", { say: "starts-once-more", restMs });
    await sleep(clock, restMs);
  }
};

/** That it does not come is told, and is no reason to call the state lost. */
const startAgain = async (service: Service, tell: Tell): Promise<boolean> => {
  tell("start", "begun", { say: "asking-to-start-again", service: service.words });
  try {
    // Whoever called off still wants it to run.
    const result = await service.start({ signal: new AbortController().signal });
    const runs = result.outcome === "done" || result.outcome === "already";
    tell(
      "start",
      runs ? "done" : "failed",
      runs ? { say: "runs-again" } : (result.advice ?? asTold(result.outcome)),
    );
    return runs;
  } catch (error) {
    tell("start", "failed", failureOf(error).said);
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
  tell("ready", "begun", { say: "waiting-for-ready" }, leaving);
  let told = "";
  const readiness = await waitReady({
    settings,
    service,
    clock,
    signal,
    onLook: (said) => {
      const words = english(said);
      if (words !== told) tell("ready", "going-on", said, leaving);
      told = words;
    },
    ...(readyBudgetMs === undefined ? {} : { budgetMs: readyBudgetMs }),
    ...(channelPatienceMs === undefined ? {} : { channelPatienceMs }),
  });
  const { tookMs } = readiness;
  if (readiness.kind === "failed") tell("ready", "failed", readiness.said);
  else if (readiness.kind === "ready") tell("ready", "done", { say: "ready-after", tookMs });
  else tell("ready", "done", { say: "started-not-ready", tookMs, failing: readiness.failing });
  return readiness;
};
