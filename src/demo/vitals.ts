import type { GatewayCast } from "./cast.ts";
import type { JsonObject } from "./json.ts";
import { wander } from "./random.ts";

/**
 * The numbers of the process and its machine. They wander with time and with how busy the gateway is, and do not
 * depend on how often they are read; disks, memory and processors are those of the story, not of this machine.
 */
export type Vitals = {
  readonly eventLoop: JsonObject;
  readonly processMemory: JsonObject;
  readonly loadAverage: readonly number[];
  readonly memoryFreeBytes: number;
  readonly diskFreeBytes: number;
};

export const memoryTotalBytes = 16_777_216_000;
export const diskTotalBytes = 270_553_174_016;
export const cpuCount = 4;

export const vitalsAt = (
  cast: GatewayCast,
  seed: string,
  now: { readonly at: number; readonly bootedAt: number; readonly activeRuns: number },
): Vitals => {
  const { at, activeRuns } = now;
  const gauge = (name: string, periodMs: number): number => wander(`${seed}/${name}`, at, periodMs);
  const busy = Math.min(1, activeRuns / 4);
  const cpu = round(0.02 + 0.06 * gauge("cpu", 9_000) + 0.35 * busy, 3);
  const lagMs = round(cast.lagMs * (0.7 + 0.7 * gauge("lag", 7_000)) + 18 * busy, 1);
  // It starts lean and fills its caches within a quarter of an hour.
  const grown = Math.min(1, (at - now.bootedAt) / 900_000);
  const rssBytes = Math.round(cast.rssBytes * (0.82 + 0.14 * grown + 0.05 * gauge("rss", 60_000)));
  return {
    eventLoop: {
      degraded: false,
      degradedSinceMs: null,
      reasons: [],
      intervalMs: round(1_000 + 18 * gauge("interval", 5_000), 6),
      delayP99Ms: lagMs,
      delayMaxMs: round(lagMs * 1.2, 1),
      utilization: round(0.02 + cpu * 0.8, 3),
      cpuCoreRatio: cpu,
      cpuBreakdown: {
        mainThreadCoreRatio: round(cpu * 0.7, 3),
        hostUtilization: round(0.1 + 0.3 * gauge("host", 20_000) + 0.2 * busy, 3),
        hostCpuCount: cpuCount,
        workerCoreRatio: round(cpu * 0.1, 3),
        otherThreadsCoreRatio: round(cpu * 0.2, 3),
      },
    },
    processMemory: {
      rssBytes,
      heapUsedBytes: Math.round(rssBytes * 0.31),
      heapTotalBytes: Math.round(rssBytes * 0.36),
      externalBytes: 7_206_258,
      arrayBuffersBytes: 2_846_176,
    },
    loadAverage: [60_000, 300_000, 900_000].map((periodMs) => round(0.2 + 1.4 * gauge("load", periodMs), 2)),
    memoryFreeBytes: Math.round(memoryTotalBytes * (0.42 + 0.1 * gauge("free", 120_000))),
    diskFreeBytes: Math.round(cast.diskFreeBytes - 40e6 * gauge("disk", 300_000)),
  };
};

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
