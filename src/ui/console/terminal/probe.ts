import { renameSync, writeFileSync } from "node:fs";
import type { Clock } from "../../../ground/index.ts";
import type { Terminal } from "./open-terminal.ts";
import type { Size } from "./rectangle.ts";
import type { ScreenStats } from "./screen.ts";

/** What a running console says about itself to whoever measures it. */
export type ProbeReport = ScreenStats & {
  /** The longest time the event loop was held up since the last `after` ms of start-up. */
  readonly worstGapMs: number;
  /** The same since the report before. */
  readonly recentGapMs: number;
  readonly [more: string]: unknown;
};

const beatMs = 20;
const reportMs = 100;
/** Loading and the first layout are slow and are measured as first paint. */
const startUpMs = 1_000;

/** Shown in the last cell of the screen, one further with every key: whoever pressed it sees when it was drawn. */
export const keyMarks = "⓪①②③④⑤⑥⑦⑧⑨";

/**
 * Keeps a report of the terminal's figures in a file, for tests and benchmarks; they are seen from inside because a
 * frozen link shows nothing on the outside. The console does this when CLAWBACK_PROBE names a file, and costs
 * nothing otherwise. `more` adds the caller's own figures.
 */
export const attachProbe = (
  terminal: Terminal,
  clock: Clock,
  path: string,
  more: () => Readonly<Record<string, unknown>> = () => ({}),
): (() => void) => {
  const start = clock.steady();
  let last = start;
  let reported = start;
  let worstGapMs = 0;
  let recentGapMs = 0;
  let keys = 0;
  let cancel: () => void = () => undefined;
  const mark = ({ columns, rows }: Size): void => {
    const place = { left: columns - 1, top: rows - 1, width: 1, height: 1 };
    terminal.screen.setRegion("probe", place, () => [keyMarks.charAt(keys % keyMarks.length)], true);
  };
  mark(terminal.size());
  const stopResize = terminal.onResize(mark);
  const stopKeys = terminal.onKeys((pressed) => {
    keys += pressed.length;
    terminal.screen.touchRegion("probe");
  });
  const report = (): void => {
    const figures: ProbeReport = {
      ...terminal.stats(),
      worstGapMs,
      recentGapMs,
      ...more(),
    };
    // Whoever reads it meanwhile finds the old report whole.
    recentGapMs = 0;
    writeFileSync(`${path}.new`, JSON.stringify(figures));
    renameSync(`${path}.new`, path);
  };
  const beat = (): void => {
    const now = clock.steady();
    recentGapMs = Math.max(recentGapMs, now - last - beatMs);
    if (last - start > startUpMs) worstGapMs = Math.max(worstGapMs, now - last - beatMs);
    last = now;
    if (now - reported >= reportMs) {
      reported = now;
      report();
    }
    cancel = clock.after(beatMs, beat);
  };
  beat();
  return () => {
    cancel();
    stopResize();
    stopKeys();
    terminal.screen.removeRegion("probe");
    report();
  };
};
