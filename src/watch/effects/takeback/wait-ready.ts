import { sleep } from "../../../ground/index.ts";
import {
  probeGateway,
  type GatewaySettings,
  type ProbeReport,
  type Service,
  type ServiceStatus,
} from "../../../clients/index.ts";
import type { Clock } from "../../../ground/index.ts";
import { english, type Sentence } from "../../sentences/index.ts";

export type Readiness =
  | { readonly kind: "ready"; readonly version: string | undefined; readonly tookMs: number }
  /** It runs and answers; a channel does not, and waiting longer would not bring it. */
  | {
      readonly kind: "started";
      readonly version: string | undefined;
      readonly failing: readonly string[];
      readonly tookMs: number;
    }
  | {
      readonly kind: "failed";
      readonly evidence: string;
      readonly said: Sentence;
      readonly tookMs: number;
    };

export type WaitReadyOptions = {
  readonly settings: GatewaySettings;
  readonly service: Service;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLook: (said: Sentence) => void;
  /** The first start after a restore rebuilds caches: 24 s were measured, and slow disks take longer. */
  readonly budgetMs?: number;
  /** How long a gateway that has started may leave a channel behind before that is what it is. */
  readonly channelPatienceMs?: number;
};

const pollMs = 500;
/** A supervisor shows a process that has only just been asked for as stopped. */
const goneLooks = 4;
/** A supervisor would go on for ever; a gateway that starts itself anew once or twice while it settles is well. */
const mostDeaths = 3;
/** Where only the lock tells, a start shows nothing until the gateway has taken it: seconds, on a busy host many. */
const lockPatienceMs = 30_000;

/**
 * Waits until the gateway has started, and a while longer for its channels. A channel whose provider refuses it keeps
 * a gateway from ever being ready: that is told and not waited for. What belongs to the gateway itself is waited for.
 */
export const waitReady = async (options: WaitReadyOptions): Promise<Readiness> => {
  const { settings, service, clock, signal, budgetMs = 180_000, channelPatienceMs = 20_000 } = options;
  const begun = clock.steady();
  const tookMs = (): number => clock.steady() - begun;
  let startedAt: number | undefined;
  let gone = 0;
  const deathsBy = countDeaths();
  let seenRunning = false;
  let last: Sentence = { say: "no-answer-yet" };
  while (tookMs() < budgetMs) {
    signal.throwIfAborted();
    const [report, status] = await Promise.all([
      probeGateway(settings, { clock }, { signal, timeoutMs: 2_000 }),
      service.status(signal),
    ]);
    const started = hasStarted(report);
    const version = report.startup?.version ?? report.health?.version;
    if (started && report.ready?.ready !== false) return { kind: "ready", version, tookMs: tookMs() };
    const failing = report.ready?.failing ?? [];
    const lacksChannels = started && failing.every(isChannel);
    if (lacksChannels) {
      startedAt ??= clock.steady();
      if (clock.steady() - startedAt >= channelPatienceMs) {
        return { kind: "started", version, failing, tookMs: tookMs() };
      }
    } else startedAt = undefined;
    seenRunning ||= status.state === "running" || status.state === "starting";
    const mayBeJudged = seenRunning || tookMs() >= lockPatienceMs;
    gone = mayBeJudged && report.contact.kind !== "answers" && isOver(status.state) ? gone + 1 : 0;
    if (gone >= goneLooks) {
      const seen = wordsOfSupervisor(status).at(-1) ?? status.state;
      return failed({ say: "ended-while-starting", seen }, tookMs());
    }
    const deaths = deathsBy(status);
    if (report.contact.kind !== "answers" && deaths >= mostDeaths) {
      return failed({ say: "died-while-starting", deaths }, tookMs());
    }
    last =
      lacksChannels && failing.length > 0
        ? { say: "waits-for-channels", failing, patienceMs: channelPatienceMs }
        : wordsOf(report, failing);
    options.onLook(last);
    await sleep(clock, pollMs);
  }
  return failed({ say: "not-ready-within", last, budgetMs }, tookMs());
};

const failed = (said: Sentence, tookMs: number): Readiness => ({
  kind: "failed",
  evidence: english(said),
  said,
  tookMs,
});

/**
 * How often it has died since the first look, by three witnesses: its supervisor's count, another process in its place,
 * and that it was seen to be gone.
 */
const countDeaths = (): ((status: ServiceStatus) => number) => {
  const pids = new Set<number>();
  let counted: number | undefined;
  let wasRunning = false;
  let falls = 0;
  return ({ state, pid, deaths = 0 }) => {
    counted ??= deaths;
    if (pid !== undefined) pids.add(pid);
    const isRunning = state === "running" || state === "starting";
    if (wasRunning && isOver(state)) falls += 1;
    if (isRunning || isOver(state)) wasRunning = isRunning;
    return Math.max(deaths - counted, pids.size - 1, falls);
  };
};

const hasStarted = ({ contact, startup, ready, health }: ProbeReport): boolean =>
  contact.kind === "answers" &&
  (startup === undefined ? ready !== undefined || health?.healthy === true : startup.phase === "started");

/** That nobody holds the state directory any more says nothing about why. */
const wordsOfSupervisor = ({ evidence }: ServiceStatus): readonly string[] =>
  evidence.filter((each) => !/\block\b/.test(each));

/** `agent-database:<id>`, `gateway-draining`, `plugin-reload`, `startup-sidecars` are the gateway's own. */
const isChannel = (failing: string): boolean =>
  !/^(?:agent-database|gateway|plugin|startup|state|database)/.test(failing);

const isOver = (state: string): boolean => state === "stopped" || state === "failed";

const wordsOf = ({ contact, startup }: ProbeReport, failing: readonly string[]): Sentence => {
  if (contact.kind !== "answers") return { say: "no-answer-yet" };
  if (startup !== undefined && startup.phase !== "started") {
    const { phase, pending } = startup;
    return { say: "in-phase", phase, ...(pending === undefined ? {} : { pending }) };
  }
  return failing.length === 0 ? { say: "has-started" } : { say: "started-failing", failing };
};
