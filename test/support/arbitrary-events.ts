import fc from "fast-check";
import type { GatewayNews } from "../../src/clients/index.ts";
import type { Event } from "../../src/watch/index.ts";

/** Anything a fleet, a person and the vault may do: enough of each to reach every part of the model. */
export const gatewayNames = ["a", "b", "c"] as const;

const key = fc.constantFrom("agent:main:x", "agent:main:y", "agent:ops:z");
const text = fc.string({ maxLength: 40 });
const amount = fc.double({ min: 0, max: 1e10, noNaN: true });

const connectionAt = (at: number): fc.Arbitrary<GatewayNews> =>
  fc
    .constantFrom(
      { kind: "up" } as const,
      { kind: "down" } as const,
      { kind: "crashed" } as const,
      { kind: "frozen" } as const,
      { kind: "booting" } as const,
      { kind: "stopping" } as const,
      { kind: "half-open" } as const,
      { kind: "suspended", ours: true } as const,
      { kind: "http-only", healthy: false } as const,
    )
    .map((state) => ({ kind: "connection", report: { state, since: at, evidence: "seen" } }));

const session = fc
  .record({
    key,
    used: fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: undefined }),
    estimate: fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: undefined }),
    running: fc.boolean(),
    activity: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ key: name, used, estimate, running, activity }) => ({
    key: name,
    agentId: "main",
    windowTokens: 32_000,
    running,
    lastActivityAt: activity,
    ...(used === undefined ? {} : { usedTokens: used }),
    ...(estimate === undefined
      ? {}
      : {
          budget: {
            estimatedPromptTokens: estimate,
            promptBudgetTokens: 24_000,
            overflowTokens: Math.max(0, estimate - 24_000),
            route: estimate > 24_000 ? "compact_only" : "fits",
            shouldCompact: estimate > 24_000,
          },
        }),
  }));

const turn = fc.oneof(
  fc.record({ kind: fc.constantFrom("started", "progress", "ended"), sessionKey: key, runId: text }),
  fc.record({ kind: fc.constant("failed"), sessionKey: key, runId: text, reason: text }),
  fc.record({ kind: fc.constant("compaction-ended"), sessionKey: key, completed: fc.boolean() }),
);

export const newsAt = (at: number): fc.Arbitrary<GatewayNews> =>
  fc.oneof(
    connectionAt(at),
    fc.constantFrom("b1", "b2", "b3", "b4", "b5").map((bootId) => ({
      kind: "hello" as const,
      hello: {
        version: "2026.9.6",
        bootId,
        uptimeMs: 5,
        grantedScopes: ["operator.read"],
        tickIntervalMs: 30_000,
      },
    })),
    fc
      .record({
        rssBytes: amount,
        lagP99Ms: amount,
        cpuCores: amount,
        diskFreeBytes: amount,
        hostname: fc.constantFrom("h1", "h2"),
      })
      .map((system) => ({ kind: "system" as const, system })),
    fc
      .array(session, { maxLength: 3 })
      .map((sessions) => ({ kind: "sessions" as const, sessions, total: sessions.length })),
    session.map((one) => ({ kind: "session" as const, session: one })),
    key.map((sessionKey) => ({ kind: "session-gone" as const, sessionKey })),
    turn.map((one) => ({ kind: "turn" as const, turn: one })),
    fc
      .integer({ min: 0, max: 900 })
      .map((queued) => ({ kind: "lanes" as const, lanes: [{ lane: "main", queued, active: 1 }] })),
    fc
      .record({ valid: fc.boolean(), pendingRestart: fc.boolean() })
      .map((config) => ({ kind: "config" as const, config: { ...config, issues: ["line 3"] } })),
    fc.record({ completed: fc.nat(9), failed: fc.nat(9) }).map((calls) => ({
      kind: "model-calls" as const,
      calls: { ...calls, durationsMs: [calls.completed * 9_000] },
    })),
    text.map((message) => ({
      kind: "log" as const,
      lines: [{ at, level: "error" as const, subsystem: "x", message }],
    })),
    fc.constant({
      kind: "log" as const,
      lines: [{ at, level: "warn" as const, subsystem: "x", message: "token=abcdefghijkl" }],
    }),
    fc.record({ connected: fc.boolean(), terminal: fc.boolean() }).map((state) => ({
      kind: "channels" as const,
      channels: [
        { id: "telegram", account: "default", configured: true, enabled: true, running: true, ...state },
      ],
      issues: [],
    })),
  );

/** Some instants, each with what happens in it before its tick; instants are seconds to minutes apart. */
export const instants = (start: number): fc.Arbitrary<readonly (readonly Event[])[]> =>
  fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 60, size: "max" }).chain((steps) => {
    let at = start;
    const times = steps.map((seconds) => (at += seconds * 1_000));
    return fc.tuple(...times.map((time) => fc.array(eventAt(time), { maxLength: 4 })));
  });

const eventAt = (at: number): fc.Arbitrary<Event> => {
  const gateway = fc.constantFrom(...gatewayNames);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(gateway, newsAt(at)).map(([name, news]): Event => ({
        kind: "gateway",
        event: { ...news, gateway: name, at, from: "wire" },
      })),
    },
    {
      weight: 1,
      arbitrary: text.map((words): Event => ({ kind: "mark", at, mark: { at, text: words, by: "me" } })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(gateway, fc.nat(50)).map(([name, id]): Event => ({
        kind: "snapshot-taken",
        at,
        snapshot: {
          id: `s${id}`,
          gateway: name,
          at,
          kind: "full",
          newBytes: id * 1e7,
          verification: { kind: "not-yet" },
          vitals: {},
          takenDuring: [],
        },
      })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("gateway-down", "context-pressure", "disk-low").map((rule): Event => ({
        kind: "silence",
        at,
        silence: { id: rule, rule, from: at, until: at + 60_000, by: "me" },
      })),
    },
  );
};
