import { harmlessLine } from "../../../ground/index.ts";
import type { GatewayNews, LaneFacts, ModelCallFacts, SystemFacts } from "../../facts.ts";
import type { Exposition, Sample } from "./parse.ts";

/**
 * The metrics that say something clawback shows, under the names OpenClaw documents (docs/gateway/prometheus.md of
 * 2026.9) and, where those are missing, under the names that client libraries use everywhere.
 */
export const metricNews = (
  now: Exposition,
  before: Exposition | undefined,
  at: number,
): readonly GatewayNews[] => {
  const system = systemOf(now, at);
  const lanes = lanesOf(now);
  const calls = before === undefined ? undefined : callsOf(now, before);
  return [
    ...(Object.keys(system).length === 0 ? [] : [{ kind: "system", system } as const]),
    ...(lanes.length === 0 ? [] : [{ kind: "lanes", lanes } as const]),
    ...(calls === undefined ? [] : [{ kind: "model-calls", calls } as const]),
  ];
};

const one = (
  { samples }: Exposition,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined => {
  const wanted = Object.entries(labels);
  const found = samples.find(
    (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels.get(label) === value),
  );
  return found !== undefined && Number.isFinite(found.value) ? found.value : undefined;
};

const systemOf = (text: Exposition, at: number): SystemFacts => {
  const rssBytes =
    one(text, "openclaw_memory_bytes", { kind: "rss" }) ?? one(text, "process_resident_memory_bytes");
  const heapUsedBytes =
    one(text, "openclaw_memory_bytes", { kind: "heap_used" }) ?? one(text, "nodejs_heap_size_used_bytes");
  const lagP99Seconds = one(text, "nodejs_eventloop_lag_p99_seconds");
  const startedSeconds = one(text, "process_start_time_seconds");
  return {
    ...(rssBytes === undefined ? {} : { rssBytes }),
    ...(heapUsedBytes === undefined ? {} : { heapUsedBytes }),
    ...(lagP99Seconds === undefined ? {} : { lagP99Ms: lagP99Seconds * 1_000 }),
    ...(startedSeconds === undefined ? {} : { uptimeMs: Math.max(0, at - startedSeconds * 1_000) }),
  };
};

const maxLanes = 200;

const lanesOf = ({ samples }: Exposition): readonly LaneFacts[] =>
  samples
    .filter((sample) => sample.name === "openclaw_queue_lane_size" && Number.isFinite(sample.value))
    .slice(0, maxLanes)
    .map((sample) => ({ lane: harmlessLine(sample.labels.get("lane") ?? "", 100), queued: sample.value }));

const failed: ReadonlySet<string> = new Set(["error", "failed", "failure", "timeout"]);
const completed: ReadonlySet<string> = new Set(["completed", "success", "ok"]);

/** Counters only grow, so what happened is the difference; one that shrank began again at zero. */
const callsOf = (now: Exposition, before: Exposition): ModelCallFacts | undefined => {
  const old = new Map(before.samples.filter(isCall).map((sample) => [identityOf(sample), sample.value]));
  const gained = { completed: 0, failed: 0 };
  let any = false;
  for (const sample of now.samples.filter(isCall)) {
    any = true;
    const was = old.get(identityOf(sample)) ?? 0;
    const gain = sample.value >= was ? sample.value - was : sample.value;
    const outcome = sample.labels.get("outcome") ?? "";
    if (failed.has(outcome)) gained.failed += gain;
    else if (completed.has(outcome)) gained.completed += gain;
  }
  return any ? { ...gained, durationsMs: [] } : undefined;
};

const isCall = (sample: Sample): boolean =>
  sample.name === "openclaw_model_call_total" &&
  Number.isFinite(sample.value) &&
  // A turn of a coding tool hides many requests; only requests are calls.
  sample.labels.get("observation_unit") !== "turn";

const identityOf = (sample: Sample): string =>
  JSON.stringify([...sample.labels].toSorted(([a], [b]) => (a < b ? -1 : 1)));
