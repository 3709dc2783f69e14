import type { GatewayEvent, GatewayNews } from "../../../src/clients/index.ts";
import { newModel, update, type Event, type Model } from "../../../src/watch/index.ts";
import { identity, midnight } from "../../support/replay.ts";
import { median, quantile, type Bench, type Figure } from "../bench.ts";

/** What an event costs with 500 gateways of 40 sessions each, and what a tick over all of them costs. */
const gateways = 500;
const sessionsEach = 40;
/** As a console ticks over so many. */
const slices = 8;

const session = (key: number, at: number): Extract<GatewayNews, { kind: "session" }>["session"] => ({
  key: `agent:main:s${key}`,
  agentId: "main",
  status: "done",
  windowTokens: 32_000,
  usedTokens: 8_000 + key * 100,
  budget: {
    estimatedPromptTokens: 9_000 + key * 100,
    promptBudgetTokens: 24_000,
    overflowTokens: 0,
    route: "fits",
    shouldCompact: false,
  },
  running: key % 7 === 0,
  lastActivityAt: at,
});

const newsAt = (turn: number, at: number): GatewayNews => {
  switch (turn % 10) {
    case 0:
    case 1:
    case 2:
      return {
        kind: "system",
        system: {
          hostname: "h",
          rssBytes: 7e8 + (turn % 1000) * 1e4,
          lagP99Ms: 20 + (turn % 30),
          cpuCores: 0.2,
          diskFreeBytes: 4e10,
          uptimeMs: turn,
        },
      };
    case 3:
      return { kind: "lanes", lanes: [{ lane: "main", queued: turn % 9, active: 1 }] };
    case 4:
      return {
        kind: "channels",
        channels: ["telegram", "slack", "discord"].map((id) => ({
          id,
          account: "default",
          configured: true,
          enabled: true,
          running: true,
          connected: true,
          terminal: false,
        })),
        issues: [],
      };
    case 5:
    case 6:
      return { kind: "session", session: session(turn % sessionsEach, at) };
    case 7:
      return {
        kind: "turn",
        turn: { kind: "progress", sessionKey: `agent:main:s${turn % sessionsEach}`, runId: "r" },
      };
    case 8:
      return {
        kind: "log",
        lines: [
          {
            at,
            level: "info",
            subsystem: "gateway",
            message: `turn ${turn} of agent main finished in 812 ms with status done`,
          },
        ],
      };
    default:
      return { kind: "model-calls", calls: { completed: 1, failed: 0, durationsMs: [800 + (turn % 500)] } };
  }
};

const run = (): readonly Figure[] => {
  const names = Array.from({ length: gateways }, (_, place) => `g${place}`);
  let model: Model = newModel(
    midnight,
    names.map((name) => identity(name)),
  );
  const apply = (event: Event): void => {
    ({ model } = update(model, event));
  };
  const heard = (gateway: string, at: number, news: GatewayNews): GatewayEvent => ({
    ...news,
    gateway,
    at,
    from: "wire",
  });
  for (const name of names) {
    apply({
      kind: "gateway",
      event: heard(name, midnight, {
        kind: "connection",
        report: { state: { kind: "up" }, since: midnight, evidence: "hello-ok" },
      }),
    });
    apply({
      kind: "gateway",
      event: heard(name, midnight, {
        kind: "sessions",
        total: sessionsEach,
        sessions: Array.from({ length: sessionsEach }, (_, key) => session(key, midnight)),
      }),
    });
  }
  const perEvent: number[] = [];
  const perTick: number[] = [];
  let turn = 0;
  let spent = 0;
  const seconds = 60;
  for (let second = 1; second <= seconds; second += 1) {
    const at = midnight + second * 1_000;
    for (let round = 0; round < 10; round += 1) {
      for (const name of names) {
        turn += 1;
        const event: Event = { kind: "gateway", event: heard(name, at, newsAt(turn + round, at)) };
        const before = process.hrtime.bigint();
        apply(event);
        const took = Number(process.hrtime.bigint() - before) / 1_000;
        spent += took;
        // The first seconds warm the engine up.
        if (second > 10) perEvent.push(took);
      }
    }
    for (let index = 0; index < slices; index += 1) {
      const before = process.hrtime.bigint();
      apply({ kind: "tick", at, slice: { index, of: slices } });
      const took = Number(process.hrtime.bigint() - before) / 1_000;
      spent += took;
      if (second > 10) perTick.push(took / 1_000);
    }
  }
  global.gc?.();
  const sorted = perEvent.toSorted((a, b) => a - b);
  return [
    { what: "update, per event, median, 500 gateways", value: median(perEvent), unit: "µs", bar: 20 },
    {
      what: "update, per event, 99th percentile",
      value: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
      unit: "µs",
    },
    { what: "tick over 500 gateways, one slice of eight, median", value: median(perTick), unit: "ms" },
    {
      what: "tick over 500 gateways, one slice, 99th percentile",
      value: quantile(perTick, 0.99),
      unit: "ms",
      bar: 33,
    },
    { what: "tick over 500 gateways, one slice, worst", value: Math.max(...perTick), unit: "ms" },
    {
      what: "of a core, at 10 events a second each",
      value: (spent / 1_000 / (seconds * 1_000)) * 100,
      unit: "%",
    },
    { what: "heap in use after a minute", value: process.memoryUsage().heapUsed / 1e6, unit: "MB" },
  ];
};

export const updateBench: Bench = {
  title: "what an event costs the model, with 500 gateways",
  run: async function* () {
    yield* run();
  },
};
