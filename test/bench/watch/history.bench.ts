import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "../../../src/watch/effects/history/index.ts";
import { trailNames, type Alert } from "../../../src/watch/index.ts";
import { midnight } from "../../support/replay.ts";
import { median, quantile, type Bench, type Figure } from "../bench.ts";

/** A day of fifty gateways: how large it is on disk, how long the time axis waits for it. */
const gateways = 50;

const wobble = (seed: number, low: number, high: number): number =>
  low + ((Math.sin(seed) + 1) / 2) * (high - low);

const valuesAt = (gateway: number, step: number): readonly number[] =>
  trailNames.map((_name, column) => {
    const seed = gateway * 1.7 + step * (0.01 + column * 0.003);
    const jitter = ((step * 7919 + column * 104_729 + gateway) % 1_000) / 1_000;
    // In the order of trailNames.
    return (
      [
        wobble(seed, 0.2, 0.9),
        wobble(seed, 0.2, 0.8),
        Math.round(wobble(seed, 20, 60)),
        3,
        3,
        12 + jitter * 30,
        wobble(seed, 6e8, 9e8) + jitter * 2e7,
        jitter,
        Math.round(jitter * 4),
        jitter < 0.9 ? 0 : 0.05,
        800 + jitter * 4_000,
        4.6e10 - step * 1e5,
      ][column] ?? 0
    );
  });

const run = (): readonly Figure[] => {
  const folder = mkdtempSync(join(tmpdir(), "clawback-bench-"));
  const path = join(folder, "history.sqlite");
  try {
    const history = openHistory({ path, now: midnight, owner: "bench" });
    const steps: number[] = [];
    for (let step = 0; step < 8_640; step += 1) {
      const at = midnight + step * 10_000;
      history.keep(
        Array.from({ length: gateways }, (_, gateway) => ({
          gateway: `g${gateway}`,
          row: { at, values: valuesAt(gateway, step) },
        })),
      );
      if (step % 3 !== 2) continue;
      for (let more = true; more;) {
        const before = performance.now();
        more = history.work(at);
        steps.push(performance.now() - before);
      }
    }
    for (let count = 0; count < 2_000; count += 1) {
      const firedAt = midnight + count * 43_000;
      const alert: Alert = {
        id: `a${count % 97}`,
        rule: "context-pressure",
        gateway: `g${count % gateways}`,
        subject: `agent:main:s${count % 7}`,
        severity: "warning",
        priority: "P2",
        state: "resolved",
        since: firedAt,
        firedAt,
        resolvedAt: firedAt + 300_000,
        evidence: "the next prompt needs 20,222 of 24,000 tokens (84%, limit 80%), route fits",
        evidenceAt: firedAt,
        samples: 3,
        next: "clawback session list --gateway g1",
        fires: [firedAt],
        flapping: false,
      };
      history.stories.putAlert(alert);
    }
    for (let count = 0; count < 50; count += 1)
      history.stories.putMark({ at: midnight + count * 1_700_000, text: `deploy ${count}`, by: "ci" });
    const until = midnight + 86_400_000;
    const timed = (query: () => unknown): number => {
      const times = Array.from({ length: 20 }, () => {
        const before = performance.now();
        query();
        return performance.now() - before;
      });
      return median(times);
    };
    const axis = timed(() => [
      history.stories.alerts(midnight, until, 500),
      history.stories.marks(midnight, until),
    ]);
    const one = timed(() =>
      history.samples.series({ gateway: "g7", name: "context_pressure", from: midnight, until, points: 200 }),
    );
    const all = timed(() =>
      Array.from({ length: gateways }, (_, gateway) =>
        history.samples.series({
          gateway: `g${gateway}`,
          name: "context_pressure",
          from: midnight,
          until,
          points: 96,
        }),
      ),
    );
    const opening = timed(() => history.samples.trail("g7", until));
    history[Symbol.dispose]();
    const bytes = statSync(path).size;
    return [
      { what: "a day of 50 gateways on disk", value: bytes / 1e6, unit: "MB", bar: 50 },
      { what: "axis: 24 h of alerts (500) and marks, 50 gateways", value: axis, unit: "ms", bar: 20 },
      { what: "chart: 24 h of one vital of one gateway, 200 points", value: one, unit: "ms", bar: 20 },
      {
        what: "chart: 24 h of one vital of all 50 gateways, 96 points each",
        value: all,
        unit: "ms",
        bar: 20,
      },
      { what: "the hour and the day before, one gateway", value: opening, unit: "ms" },
      { what: "a step of writing, median", value: median(steps), unit: "ms" },
      { what: "a step of writing, 99.9th percentile", value: quantile(steps, 0.999), unit: "ms", bar: 33 },
      { what: "a step of writing, worst", value: Math.max(...steps), unit: "ms" },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const historyBench: Bench = {
  title: "a day of history for fifty gateways",
  run: async function* () {
    yield* run();
  },
};
