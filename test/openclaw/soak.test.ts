import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RealGateway, startGateway, until } from "./kit/index.ts";
import { type LoopSample, soak, type SoakSample, watchWithProgram } from "./support/soak.ts";

/** A minute with every change; 30 (CLAWBACK_SOAK_MINUTES=30) before a release. */
const soakMs = Number(process.env["CLAWBACK_SOAK_MINUTES"] ?? 1) * 60_000;
/** From here on the medians of two gateways on one machine tell something about us. */
const longMs = 600_000;
/** The program's first quarter is its start: what it loads and compiles then stays. */
const settledShare = 0.25;

let watched: RealGateway;
let alone: RealGateway;

beforeAll(async () => {
  [watched, alone] = await Promise.all([startGateway(), startGateway()]);
});

afterAll(async () => {
  await Promise.all([watched?.[Symbol.asyncDispose](), alone?.[Symbol.asyncDispose]()]);
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** One line over a stretch of time: the gateway that is watched beside the one that is not. */
const row = (title: string, samples: readonly SoakSample[]): string => {
  const pair = (of: (sample: LoopSample) => number, digits: number): string =>
    `${median(samples.map((each) => of(each.watched))).toFixed(digits)} / ${median(samples.map((each) => of(each.alone))).toFixed(digits)}`;
  const late = (which: "watched" | "alone"): number => samples.filter((each) => each[which].degraded).length;
  return [
    title.padEnd(10),
    `lag p99 ${pair((each) => each.lagP99Ms, 1)} ms`,
    `busy ${pair((each) => each.busy * 100, 2)} %`,
    `degraded ${late("watched")} / ${late("alone")} of ${samples.length}`,
    `gateway ${pair((each) => each.rssBytes / 1e6, 0)} MB`,
    `ours ${mb(median(samples.map((each) => each.oursBytes)))}`,
  ].join(" · ");
};

const report = (samples: readonly SoakSample[]): string => {
  const pieces = 6;
  const each = Math.ceil(samples.length / pieces);
  const lines = Array.from({ length: pieces }, (_, index) => samples.slice(index * each, (index + 1) * each))
    .filter((piece) => piece.length > 0)
    .map((piece) => row(`from ${Math.round((piece[0]?.atMs ?? 0) / 1_000)} s`, piece));
  return ["soak: watched / not watched", ...lines, row("all", samples), ""].join("\n");
};

describe("staying connected", () => {
  it(
    "loses nothing, burdens the gateway's event loop by nothing that matters, and grows by nothing",
    async () => {
      await using watchedAdmin = await watched.admin();
      await using aloneAdmin = await alone.admin();
      for (const admin of [watchedAdmin, aloneAdmin]) {
        await admin.turn(await admin.createSession("agent:main:warm"), "warm up");
      }
      await using watcher = await watchWithProgram(watched);
      await until("the watch to be up", () => watcher.tale().states.at(-1) === "up");

      const samples: SoakSample[] = [];
      const turns = await soak(watchedAdmin, aloneAdmin, watcher.rssBytes, {
        forMs: soakMs,
        sampleEveryMs: 2_000,
        turnEveryMs: 10_000,
        onSample: (sample) => samples.push(sample),
      });
      await until("the end of every turn", () => watcher.tale().turnsEnded >= turns, {
        evidence: () => `${JSON.stringify(watcher.tale())} of ${turns}`,
      });
      process.stdout.write(report(samples));

      const { turnsEnded, ...rest } = watcher.tale();
      expect(rest).toEqual({ hellos: 1, missed: 0, refused: 0, states: ["connecting", "up"] });
      // A message that comes while a turn still runs is answered in a run of its own: more ends than messages, never fewer.
      expect(turnsEnded).toBeGreaterThanOrEqual(turns);
      const settled = samples.slice(Math.floor(samples.length * settledShare)).map((each) => each.oursBytes);
      const half = Math.floor(settled.length / 2);
      expect(median(settled.slice(half)) - median(settled.slice(0, half))).toBeLessThan(8_000_000);
      // In a minute on a busy machine the loops of both are late or not by chance: a long run measures, a short one
      // prints.
      if (soakMs < longMs) return;
      const difference = (of: (sample: LoopSample) => number): number =>
        median(samples.map((each) => of(each.watched) - of(each.alone)));
      expect(difference((each) => each.busy)).toBeLessThan(0.02);
      expect(difference((each) => each.lagP99Ms)).toBeLessThan(10);
    },
    soakMs + 180_000,
  );
});
