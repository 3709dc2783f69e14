import type { WatchCost } from "../../../clients/index.ts";

/** What the console costs, as it last measured itself. Times in milliseconds. */
export type PerfFacts = {
  readonly at: number;
  readonly bytesWritten: number;
  /** Since the measurement before; absent at the first one. */
  readonly bytesPerSecond?: number;
  readonly frames: number;
  readonly dropped: number;
  readonly misfits: number;
  readonly pace: "live" | "slow" | "stalled";
  readonly keyToPaint: { readonly count: number; readonly p50: number; readonly p95: number };
  readonly worstGapMs: number;
  readonly rssBytes: number;
  readonly cpuShare?: number;
  readonly gateways: readonly GatewayCost[];
};

/** What watching one gateway has cost so far. */
export type GatewayCost = WatchCost & { readonly gateway: string };
