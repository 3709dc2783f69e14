import { freshValue, type VitalName, type Vitals } from "./vital.ts";

/**
 * What a vital is called among the numbers of a snapshot. What the disk tells too has the name there that the disk gives
 * it; sessions, agents and memory keys it knows better than any gateway.
 */
const written = {
  contextPressure: "context_pressure",
  contextUsage: "context_usage",
  channelsConnected: "channels_connected",
  channelsConfigured: "channels_configured",
  lagP99Ms: "lag_p99",
  lagMaxMs: "lag_max",
  rssBytes: "rss",
  heapUsedBytes: "heap_used",
  cpuCores: "cpu",
  load: "load",
  memoryFreeBytes: "memory_free",
  diskFreeBytes: "disk_free",
  queue: "queue",
  turnsActive: "turns_active",
  errorRate: "error_rate",
  modelLatencyMs: "model_latency",
  roundTripMs: "round_trip",
  uptimeMs: "uptime",
} as const satisfies Readonly<Record<string, VitalName>>;

const vitals: Readonly<Record<string, VitalName>> = written;

/** The vital behind a number of a snapshot, where it is one. */
export const vitalWritten = (name: string): VitalName | undefined => vitals[name];

/** The numbers of a gateway that are known and still believed, as a snapshot of this moment would have them. */
export const numbersNow = (known: Vitals, now: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(vitals).flatMap(([name, vital]) => {
      const value = freshValue(known, vital, now);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
