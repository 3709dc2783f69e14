import { type Problem, problemOf, sleep } from "../../ground/index.ts";
import type { ConnectionReport, GatewayEvent, GatewayNews } from "../facts.ts";
import type { GatewayPorts } from "../gateway/ports.ts";
import { addressOf, showsSecrets } from "../gateway/address.ts";
import { reportAfter, worded, type Verdict } from "../gateway/state/report.ts";
import { failureVerdict } from "../gateway/state/verdict.ts";
import { trustOf } from "../gateway/trust.ts";
import type { GatewaySettings } from "../settings.ts";
import { type HttpAnswer, httpGet } from "./http-get.ts";
import { type ProbeReport, probeGateway } from "./probe-gateway.ts";
import { probeVerdict } from "./probe-verdict.ts";
import { metricNews } from "./prometheus/openclaw-metrics.ts";
import { type Exposition, parseExposition } from "./prometheus/parse.ts";

export type HttpWatch = {
  readonly stop: () => Promise<void>;
  /** Asks again now. */
  readonly nudge: () => void;
};

type Ports = Pick<GatewayPorts, "clock" | "random" | "secret">;

const probeEveryMs = 5_000;
/** After a question that was not answered: one slow answer is no frozen gateway, and two in a row are known sooner. */
const againMs = 1_000;
const metricsEveryMs = 15_000;
const metricsWithinMs = 5_000;
const metricsMaxBytes = 8 << 20;

/**
 * Watches a gateway that offers only HTTP. The same events as over the wire, marked `from: "http"`; sessions, channels
 * and turns cannot be known this way and are never made up.
 */
export const watchHttp = (
  settings: GatewaySettings,
  ports: Ports,
  emit: (event: GatewayEvent) => void,
): HttpWatch => {
  const tell = telling(settings, ports, emit);
  let report: ConnectionReport = {
    state: { kind: "connecting", attempt: 1 },
    since: ports.clock.now(),
    ...worded({ say: "first-probe" }),
  };
  tell({ kind: "connection", report });
  const say = (verdict: Verdict): void => {
    const before = report;
    report = reportAfter(before, verdict, ports.clock.now());
    if (JSON.stringify(report) !== JSON.stringify(before)) tell({ kind: "connection", report });
  };
  const probe = async (signal: AbortSignal): Promise<number> => {
    const retryAt = ports.clock.now() + probeEveryMs;
    const probed = await probeGateway(settings, ports, { signal });
    say(probeVerdict(probed, retryAt));
    for (const news of newsOf(probed)) tell(news);
    return probed.contact.kind === "silent" ? againMs : probeEveryMs;
  };
  const probing = repeat(ports, probeEveryMs, probe, (problem) => {
    say(failureVerdict({ kind: "withheld", problem }, ports.clock.now() + probeEveryMs));
  });
  const metrics = settings.metricsUrl === undefined ? undefined : watchMetrics(settings, ports, emit);
  return {
    stop: async () => {
      await Promise.all([probing.stop(), metrics?.stop()]);
    },
    nudge: () => {
      probing.nudge();
      metrics?.nudge();
    },
  };
};

const newsOf = ({ contact, ready, startup, health }: ProbeReport): readonly GatewayNews[] => {
  const uptimeMs = ready?.uptimeMs ?? startup?.uptimeMs ?? health?.uptimeMs;
  const system = { ...ready?.loop, ...(uptimeMs === undefined ? {} : { uptimeMs }) };
  return [
    ...(contact.kind === "answers" ? [{ kind: "latency", roundTripMs: contact.roundTripMs } as const] : []),
    ...(Object.keys(system).length === 0 ? [] : [{ kind: "system", system } as const]),
  ];
};

/** Reads the Prometheus text beside whatever else is known of a gateway, for as long as it is told to. */
export const watchMetrics = (
  settings: GatewaySettings,
  ports: Ports,
  emit: (event: GatewayEvent) => void,
): HttpWatch => {
  const tell = telling(settings, ports, emit);
  let before: Exposition | undefined;
  const read = async (signal: AbortSignal): Promise<undefined> => {
    const answer = await scrape(settings, ports, signal);
    if (answer.kind !== "answered" || answer.status !== 200 || answer.contentType.includes("html")) {
      const reason =
        answer.kind === "answered" ? `status ${answer.status} ${answer.contentType}` : answer.kind;
      tell({ kind: "refused", what: "metrics", reason: reason.trim().slice(0, 100) });
      return;
    }
    const now = parseExposition(answer.text);
    for (const news of metricNews(now, before, ports.clock.now())) tell(news);
    before = now;
  };
  return repeat(ports, metricsEveryMs, read, ({ message }) => {
    tell({ kind: "refused", what: "metrics", reason: message });
  });
};

const scrape = async (settings: GatewaySettings, ports: Ports, signal: AbortSignal): Promise<HttpAnswer> => {
  const url = new URL(settings.metricsUrl ?? "");
  const gateway = addressOf(settings.url);
  // The gateway's secret is for the gateway: an exporter at another address must not learn it, nor who listens between.
  const ours = url.origin === gateway.http && showsSecrets(gateway, settings);
  const source = ours ? (settings.token ?? settings.password) : undefined;
  return httpGet(url, {
    signal,
    trust: await trustOf(settings),
    timeoutMs: metricsWithinMs,
    maxBytes: metricsMaxBytes,
    headers: {
      accept: "text/plain;version=0.0.4",
      ...(source === undefined ? {} : { authorization: `Bearer ${await ports.secret(source)}` }),
    },
  });
};

const telling =
  (settings: GatewaySettings, ports: Ports, emit: (event: GatewayEvent) => void) =>
  (news: GatewayNews): void => {
    emit({ ...news, gateway: settings.name, at: ports.clock.now(), from: "http" });
  };

/**
 * Runs `round` again and again, one at a time, spread by a tenth so that a fleet is not asked all at once. What goes
 * wrong in one is told and no end: the watch on all other gateways lives in the same process.
 */
const repeat = (
  { clock, random }: Ports,
  everyMs: number,
  /** Answers how long to wait before the next one, where that is not as usual. */
  round: (signal: AbortSignal) => Promise<number | undefined>,
  onProblem: (problem: Problem) => void,
): HttpWatch => {
  const stopping = new AbortController();
  let wake: () => void = () => undefined;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let waitMs = everyMs;
      try {
        waitMs = (await round(stopping.signal)) ?? everyMs;
      } catch (error) {
        if (!stopping.signal.aborted) onProblem(problemOf(error));
      }
      if (stopping.signal.aborted) return;
      const resting = new AbortController();
      wake = () => {
        resting.abort();
      };
      await sleep(clock, waitMs * (0.9 + 0.2 * random()), resting.signal);
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
  };
};
