import { isProblem, problemOf, sleep } from "../../ground/index.ts";
import type { GatewayEvent, GatewayNews } from "../facts.ts";
import type { GatewaySettings } from "../settings.ts";
import { turnLedger } from "../wire/turn-ledger.ts";
import { type Address, addressOf } from "./address.ts";
import { bootNamer } from "./boot-name.ts";
import { backoffMs } from "./backoff.ts";
import { newCost, type WatchCost } from "./cost.ts";
import { dial } from "./dial.ts";
import type { LinkFailure } from "./failure.ts";
import type { Link, LinkEvents } from "./link.ts";
import type { Pace } from "./poller.ts";
import type { GatewayPorts } from "./ports.ts";
import type { Bookmarks } from "./questions.ts";
import { type Service, serve } from "./serve.ts";
import { probeStartup } from "./startup-probe.ts";
import { type Belief, firstBelief, restartGraceMs } from "./state/belief.ts";
import { judge } from "./state/judge.ts";
import type { Observation } from "./state/observation.ts";

/**
 * Watches one gateway for as long as it is told to: connects, serves the connection, works out what its end means,
 * and comes back. All that is learnt leaves through `emit`; nothing is thrown, because a gateway in trouble is the
 * ordinary case here.
 */
export type GatewayWatch = {
  readonly stop: () => Promise<void>;
  /** Tries again now instead of at `retryAt`. */
  readonly nudge: () => void;
  readonly pace: (pace: Pace) => void;
  /** Tells that clawback itself suspends this gateway until then (or no more): no outage, and not somebody else's. */
  readonly suspending: (until: number | undefined) => void;
  readonly cost: () => WatchCost;
};

const scopes = ["operator.read"] as const;
/** Gateway versions whose missing methods are remembered. */
const versionsMax = 8;

const unheard: LinkEvents = {
  onContent: () => undefined,
  onEvent: () => undefined,
  onGap: () => undefined,
  onRefused: () => undefined,
};

export const watchGateway = (
  settings: GatewaySettings,
  ports: GatewayPorts,
  emit: (event: GatewayEvent) => void,
): GatewayWatch => {
  const { clock, random } = ports;
  const cost = newCost();
  const bookmarks: Bookmarks = { logCursor: undefined, stability: undefined };
  const absentByVersion = new Map<string, Set<string>>();
  const ledger = turnLedger();
  const nameBoot = bootNamer();
  const stopping = new AbortController();
  let belief: Belief = firstBelief(clock.now());
  let service: Service | undefined;
  let pace: Pace = "focused";
  let failures = 0;
  let showDevice = false;
  let wake: () => void = () => undefined;

  const tell = (news: GatewayNews): void => {
    emit({ ...news, gateway: settings.name, at: clock.now(), from: "wire" });
  };
  const see = (seen: Observation): void => {
    const before = belief.report;
    belief = judge(belief, seen, clock.now());
    if (belief.report === before) return;
    if (JSON.stringify(before) !== JSON.stringify(belief.report)) {
      tell({ kind: "connection", report: belief.report });
    }
  };

  const rest = async (delayMs: number): Promise<void> => {
    if (stopping.signal.aborted) return;
    const resting = new AbortController();
    wake = () => {
      resting.abort();
    };
    await sleep(clock, delayMs, resting.signal);
  };

  const absentOf = (version: string): Set<string> => {
    const known = absentByVersion.get(version) ?? new Set();
    absentByVersion.delete(version);
    absentByVersion.set(version, known);
    const [oldest] = absentByVersion.keys();
    if (absentByVersion.size > versionsMax && oldest !== undefined) absentByVersion.delete(oldest);
    return known;
  };

  /** Hears hello, and serves the connection unless it grants nothing to serve with. */
  const onOpen = (link: Link): LinkEvents => {
    const { hello } = link;
    const bootId = hello.server.bootId ?? nameBoot(hello.snapshot.uptimeMs ?? undefined, clock.now());
    failures = 0;
    see({
      kind: "hello",
      version: hello.server.version,
      bootId,
      uptimeMs: hello.snapshot.uptimeMs ?? undefined,
      asked: scopes,
      granted: hello.auth.scopes,
      suspended: hello.snapshot.suspension?.phase === "prepared",
    });
    if (belief.report.state.kind === "under-scoped") return unheard;
    const absent = absentOf(hello.server.version);
    service = serve({ link, bootId, ports, cost, bookmarks, absent, pace, tell, see }, ledger);
    return service.events;
  };

  /** To the end of the connection; answers how long to wait before the next. */
  const live = async (link: Link): Promise<number> => {
    if (service === undefined) {
      link.close();
      await link.ended;
      // A tunnel looks local to us and remote to the gateway: try once more as a device, if there is one.
      const again = ports.identityDir !== undefined && !showDevice;
      showDevice = true;
      return again ? 0 : backoffMs("under-scoped", 0, random);
    }
    const end = await service.ended;
    service = undefined;
    // Given up for its silence: look at once what a new connection finds. It may be frozen, gone, or fine.
    if (end.abandoned || stopping.signal.aborted) return 0;
    const said = end.goodbye === undefined && end.code !== 1012 ? "crashed" : "stopping";
    const delayMs = backoffMs(said, 0, random);
    see({ kind: "end", end, retryAt: Math.round(clock.now() + delayMs) });
    return delayMs;
  };

  const fail = (failure: LinkFailure): number => {
    failures += 1;
    // Judged first without a time, because how long to wait depends on what it means.
    const meant = judge(belief, { kind: "failure", failure, retryAt: 0 }, clock.now());
    const justLost = belief.met && clock.now() - (meant.lostAt ?? 0) < restartGraceMs;
    const { kind } = meant.report.state;
    // What was up a moment ago is probably being restarted by its service.
    const delayMs = backoffMs(kind === "down" && justLost ? "crashed" : kind, failures - 1, random);
    see({ kind: "failure", failure, retryAt: Math.round(clock.now() + delayMs) });
    return delayMs;
  };

  const attempt = async (address: Address | undefined): Promise<number> => {
    see({ kind: "attempt", attempt: failures + 1 });
    if (address !== undefined && mayBoot.has(belief.report.state.kind)) {
      const probe = await probeStartup(settings, address, stopping.signal);
      if (stopping.signal.aborted) return 0;
      if (probe.kind === "refused") return fail({ kind: "refused" });
      if (probe.kind === "starting") {
        see({ kind: "starting", uptimeMs: probe.uptimeMs, pending: probe.pending });
        return backoffMs("booting", 0, random);
      }
    }
    const outcome = await dial({
      settings,
      ports,
      scopes,
      showDevice,
      cost,
      onOpen,
      onUnkept: ({ message }) => {
        tell({ kind: "refused", what: "device token", reason: message });
      },
      signal: stopping.signal,
    });
    if (outcome.kind === "open") return live(outcome.link);
    if (asksForDevice(outcome.failure) && ports.identityDir !== undefined && !showDevice) {
      // The same tunnel with no secret to show but the device's own token.
      showDevice = true;
      return 0;
    }
    return stopping.signal.aborted ? 0 : fail(outcome.failure);
  };

  /** Whatever one gateway makes go wrong is a state of this one: the watch on all others lives in the same process. */
  const attempted = async (address: Address | undefined): Promise<number> => {
    try {
      return await attempt(address);
    } catch (error) {
      return stopping.signal.aborted ? 0 : fail({ kind: "withheld", problem: problemOf(error) });
    }
  };

  const run = async (): Promise<void> => {
    tell({ kind: "connection", report: belief.report });
    const address = localAddress(settings.url);
    while (!stopping.signal.aborted) {
      const delayMs = await attempted(address);
      if (delayMs > 0) await rest(delayMs);
      see({ kind: "time" });
    }
  };
  const finished = run();

  return {
    stop: async () => {
      stopping.abort();
      wake();
      await finished;
    },
    nudge: () => {
      wake();
    },
    pace: (next) => {
      pace = next;
      service?.pace(next);
    },
    suspending: (until) => {
      see({ kind: "our-suspension", until });
    },
    cost: () => ({ ...cost }),
  };
};

const asksForDevice = (failure: LinkFailure): boolean =>
  failure.kind === "rejected" && failure.error.detail === "DEVICE_IDENTITY_REQUIRED";

/** States in which the next thing to answer may be a process that is still starting. */
const mayBoot: ReadonlySet<string> = new Set(["down", "crashed", "stopping", "booting", "crash-loop"]);

/** An address that cannot be read is reported by the attempt itself. */
const localAddress = (url: string): Address | undefined => {
  try {
    return addressOf(url);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
};
