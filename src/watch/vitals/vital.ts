/**
 * The numbers that describe a gateway at one moment. Each has one name everywhere: in rules, in own expressions, in
 * the history, in metrics. A number that is not known has no entry, and each known one says when it was seen.
 */
export type VitalUnit = "ratio" | "count" | "bytes" | "ms" | "cores";

export const vitalUnits = {
  context_pressure: "ratio",
  context_usage: "ratio",
  session_count: "count",
  agent_count: "count",
  memory_keys: "count",
  channels_connected: "count",
  channels_configured: "count",
  lag_p99: "ms",
  lag_max: "ms",
  rss: "bytes",
  heap_used: "bytes",
  cpu: "cores",
  load: "count",
  memory_free: "bytes",
  disk_free: "bytes",
  queue: "count",
  turns_active: "count",
  error_rate: "ratio",
  model_latency: "ms",
  round_trip: "ms",
  uptime: "ms",
} as const satisfies Record<string, VitalUnit>;

export type VitalName = keyof typeof vitalUnits;

const names: readonly string[] = Object.keys(vitalUnits);

export const isVitalName = (name: string): name is VitalName => names.includes(name);

export const vitalNames: readonly VitalName[] = names.filter(isVitalName);

/** A number with the moment it was seen. */
export type Reading = { readonly value: number; readonly at: number };

export type Vitals = { readonly [Name in VitalName]?: Reading };

/**
 * How long a reading can be believed. Several times the poll interval of its source, so that one lost answer does not
 * make a number old; config-like numbers move rarely and are polled rarely.
 */
const believedForMs: { readonly [Name in VitalName]?: number } = {
  session_count: 120_000,
  context_pressure: 120_000,
  context_usage: 120_000,
  agent_count: 300_000,
  memory_keys: 900_000,
  error_rate: 90_000,
  model_latency: 90_000,
};
export const believedMs = (name: VitalName): number => believedForMs[name] ?? 45_000;

/** The value when it is known and still believed at `now`. */
export const freshValue = (vitals: Vitals, name: VitalName, now: number): number | undefined => {
  const reading = vitals[name];
  return reading !== undefined && now - reading.at <= believedMs(name) ? reading.value : undefined;
};
