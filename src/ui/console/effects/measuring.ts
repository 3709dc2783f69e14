import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../../../ground/index.ts";
import type { GatewayCost, PerfFacts } from "../state/perf.ts";
import type { Terminal } from "../terminal/index.ts";

const everyMs = 1_000;
/** Of more keys than this, the newest count. */
const keysKept = 200;

export type Measuring = {
  /** A key arrived then and what it changed has been told: the time until its frame has gone out is taken. */
  readonly pressed: (arrivedAt: number) => void;
  /** Measures while somebody looks, and costs nothing otherwise. */
  readonly watch: (looking: boolean) => void;
  readonly stop: () => void;
};

/** What the console costs, measured from inside while `:perf` is open. */
export const measuring = (
  terminal: Pick<Terminal, "stats">,
  clock: Clock,
  costs: () => readonly GatewayCost[],
  told: (perf: PerfFacts) => void,
): Measuring => {
  const delays: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 10 });
  let before: { readonly at: number; readonly bytes: number; readonly cpu: NodeJS.CpuUsage } | undefined;
  let isLooking = false;
  let cancel: () => void = () => undefined;

  const measure = (): void => {
    const at = clock.steady();
    const stats = terminal.stats();
    const cpu = process.cpuUsage();
    const sorted = delays.toSorted((a, b) => a - b);
    const passedMs = before === undefined ? 0 : at - before.at;
    const spentMs =
      before === undefined ? 0 : (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / 1_000;
    told({
      at: clock.now(),
      bytesWritten: stats.bytesWritten,
      ...(before === undefined || passedMs <= 0
        ? {}
        : {
            bytesPerSecond: ((stats.bytesWritten - before.bytes) / passedMs) * 1_000,
            cpuShare: spentMs / passedMs,
          }),
      frames: stats.frames,
      dropped: stats.dropped,
      misfits: stats.misfits,
      pace: stats.pace,
      keyToPaint: { count: sorted.length, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) },
      worstGapMs: Math.max(0, loop.max / 1e6 - 10),
      rssBytes: process.memoryUsage.rss(),
      gateways: costs(),
    });
    before = { at, bytes: stats.bytesWritten, cpu };
    loop.reset();
    cancel = clock.after(everyMs, measure);
  };
  const stop = (): void => {
    cancel();
    loop.disable();
    isLooking = false;
    before = undefined;
  };
  return {
    pressed: (arrivedAt) => {
      // The frame goes out in the coming turn of the event loop; asked for after it, this comes after it.
      setImmediate(() => {
        delays.push(clock.steady() - arrivedAt);
        if (delays.length > keysKept) delays.shift();
      });
    },
    watch: (looking) => {
      if (looking === isLooking) return;
      if (!looking) {
        stop();
        return;
      }
      isLooking = true;
      loop.enable();
      measure();
    },
    stop,
  };
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
