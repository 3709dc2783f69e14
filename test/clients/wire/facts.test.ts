import { describe, expect, it } from "vitest";
import { channelsOf } from "../../../src/clients/wire/channels.ts";
import { challengeOf, helloOf } from "../../../src/clients/wire/connect.ts";
import { meansAbsent, wireErrorOf } from "../../../src/clients/wire/frame.ts";
import { describedSessionOf, sessionsPageOf } from "../../../src/clients/wire/sessions.ts";
import { stabilityOf } from "../../../src/clients/wire/stability.ts";
import { configOf, healthOf, lanesOf, systemOf } from "../../../src/clients/wire/system.ts";
import { answer, handshake, refusal } from "../../support/captures.ts";

const row = (fields: Readonly<Record<string, unknown>>): unknown => ({
  sessions: [{ key: "agent:main:a", agentId: "main", ...fields }],
  totalCount: 1,
});

const only = (value: unknown) => sessionsPageOf(value, 0)?.sessions[0];

describe("sessions", () => {
  it("are read from a recorded list with their window, usage and budget apart", () => {
    expect(sessionsPageOf(answer("rpc/sessions.list"), 0)).toEqual({
      total: 1,
      refused: 0,
      sessions: [
        {
          key: "agent:main:console-a",
          agentId: "main",
          status: "done",
          windowTokens: 32_000,
          usedTokens: 26_500,
          budget: {
            estimatedPromptTokens: 11_051,
            promptBudgetTokens: 24_000,
            overflowTokens: 0,
            route: "fits",
            shouldCompact: false,
          },
          running: false,
          lastActivityAt: 1_795_177_971_569,
          updatedAt: 1_795_177_972_298,
          model: "mock-1",
          provider: "mock",
          costUsd: 0.0271,
        },
      ],
    });
  });

  it("have no usage after a compaction, though their window is known", () => {
    const session = only(answer("context/sessions.list.7-compacted"));
    expect(session?.windowTokens).toBe(32_000);
    expect(session).not.toHaveProperty("usedTokens");
  });

  it("have no usage when the old number is still there and not fresh", () => {
    expect(only(row({ totalTokens: 31_000, totalTokensFresh: false }))).not.toHaveProperty("usedTokens");
  });

  it("have no usage when nobody says that the number is fresh", () => {
    expect(only(row({ totalTokens: 31_000 }))).not.toHaveProperty("usedTokens");
  });

  it("keep the status they report, even done, and the error beside it", () => {
    expect(only(row({ status: "done", lastRunError: "it\u001b[31m broke\n" }))).toMatchObject({
      status: "done",
      lastError: "it broke ",
    });
  });

  it("run since their start, in our time", () => {
    const page = sessionsPageOf(row({ hasActiveRun: true, startedAt: 1_000_000 }), 60_000);
    expect(page?.sessions[0]).toMatchObject({ running: true, runningSince: 940_000 });
  });

  it("drop a field of another type, and refuse a row without a key", () => {
    const page = sessionsPageOf(
      { sessions: [{ key: "agent:x:a", contextTokens: "many" }, { agentId: "main" }, null] },
      0,
    );
    expect(page).toEqual({
      sessions: [{ key: "agent:x:a", agentId: "x", running: false }],
      total: 1,
      refused: 2,
    });
  });

  it("leave out the rows the gateway keeps for itself", () => {
    const page = sessionsPageOf({ sessions: [{ key: "agent:main:internal-session-effects:1" }] }, 0);
    expect(page?.sessions).toEqual([]);
  });

  it("say where the next page begins, and nothing on the last", () => {
    expect(sessionsPageOf({ sessions: [], hasMore: true, nextOffset: 200 }, 0)?.nextOffset).toBe(200);
    expect(sessionsPageOf({ sessions: [], hasMore: false, nextOffset: null }, 0)).not.toHaveProperty(
      "nextOffset",
    );
  });

  it("are described one at a time, or gone", () => {
    expect(describedSessionOf(answer("rpc/sessions.describe"), 0)).toMatchObject({
      key: "agent:main:console-a",
      usedTokens: 26_500,
    });
    expect(describedSessionOf({ session: null }, 0)).toBe("gone");
    expect(describedSessionOf({}, 0)).toBeUndefined();
  });
});

describe("channels", () => {
  it("that died say so, with the gateway's own advice", () => {
    expect(channelsOf(answer("rpc/channels.status.telegram-401"), 0)).toEqual({
      refused: 0,
      channels: [
        {
          id: "telegram",
          account: "default",
          configured: true,
          enabled: true,
          running: false,
          connected: false,
          lifecycle: "blocked",
          terminal: true,
          lastError: "Unauthorized | Telegram ingress worker exited with code 1",
          lastActivityAt: 1_795_179_222_469,
        },
      ],
      issues: [
        {
          channel: "telegram",
          account: "default",
          message: "Unauthorized | Telegram ingress worker exited with code 1",
          fix: "resolve the reported channel error, then restart the channel",
        },
      ],
    });
  });

  it("that live are running and not terminal", () => {
    expect(channelsOf(answer("rpc/channels.status.telegram-ok"), 0)?.channels[0]).toMatchObject({
      running: true,
      terminal: false,
    });
  });

  it("without a connection to report count as connected while they run", () => {
    const account = { accountId: "default", configured: true, running: true };
    expect(channelsOf({ channelAccounts: { hook: [account] } }, 0)?.channels[0]?.connected).toBe(true);
  });

  it("are the same in a health payload", () => {
    const health = healthOf(answer("rpc/health.telegram-401"), 0, 0);
    expect(health?.channels?.[0]).toMatchObject({ id: "telegram", terminal: true, running: false });
    expect(health?.agents).toEqual(["main"]);
  });
});

describe("the process", () => {
  it("is read from system.info", () => {
    expect(systemOf(answer("rpc/system.info"), 0)).toEqual({
      pid: 15_240,
      hostname: "vm",
      uptimeMs: 81_077,
      rssBytes: 972_857_344,
      heapUsedBytes: 240_096_344,
      cpuCores: 0.217,
      cpuCount: 2,
      loadAverage1m: 2.18,
      memoryTotalBytes: 25_276_502_016,
      memoryFreeBytes: 22_862_725_120,
      diskFreeBytes: 77_467_488_256,
      diskPath: "/home/operator/.openclaw",
      lagP99Ms: 61.6,
      lagMaxMs: 61.6,
    });
  });

  it("is late only while it says so, whatever the last time was", () => {
    const loop = (degraded: boolean) => systemOf({ eventLoop: { degraded, degradedSinceMs: 5_000 } }, 9_000);
    expect(loop(true)).toEqual({ loopDegradedSince: 4_000 });
    expect(loop(false)).toEqual({});
  });

  it("has lanes", () => {
    const read = lanesOf(answer("rpc/diagnostics.lanes"));
    expect(read?.refused).toBe(0);
    expect(read?.lanes).toContainEqual({ lane: "main", queued: 0, active: 0, limit: 8 });
  });

  it("has a configuration of which only validity and revision are kept", () => {
    const config = configOf(answer("rpc/config.get"));
    expect(config).toEqual({
      valid: true,
      issues: [],
      pendingRestart: false,
      hash: "hmac-sha256:v1:-1_6p3f8jwJ7PrCcI6ADxKhuEVj_-A4J74uYl_R032E",
    });
  });

  it("has a configuration that will not start again", () => {
    const config = configOf({
      valid: false,
      issues: [{ path: "gateway.port", message: "expected number" }, "JSON5: invalid character"],
      configRevisionHash: "b",
      appliedConfigHash: "a",
    });
    expect(config).toEqual({
      valid: false,
      issues: ["gateway.port: expected number", "JSON5: invalid character"],
      pendingRestart: true,
      hash: "b",
    });
  });

  it("is never called valid by an answer that does not say so", () => {
    expect(configOf({ issues: [] })).toBeUndefined();
  });
});

describe("model calls", () => {
  it("are counted from the recorded ring, with the last error named", () => {
    const read = stabilityOf(answer("rpc/diagnostics.stability.after-turns"), { seq: 0, notBefore: 0 });
    expect(read).toMatchObject({
      lastSeq: 372,
      calls: { completed: 4, failed: 3, durationsMs: [82, 42, 36, 33], lastError: "mock/mock-1: Error" },
    });
  });

  it("count only what is newer than the last answer", () => {
    const read = stabilityOf(answer("rpc/diagnostics.stability.after-turns"), { seq: 307, notBefore: 0 });
    expect(read?.calls).toMatchObject({ completed: 0, failed: 2 });
  });
});

describe("handshake frames", () => {
  it("open with a challenge and end with hello-ok", () => {
    const [challenge, hello] = handshake("hello-ok.full");
    expect(challengeOf(challenge?.payload)).toEqual({
      nonce: "c77bf9b7-4620-446c-aef2-e72cb9d2e671",
      ts: 1_795_177_752_515,
    });
    expect(helloOf(hello?.payload)).toMatchObject({
      server: { version: "2026.9.6", bootId: "77855b57-9223-46b4-898c-f580e9e9f005" },
      auth: { scopes: ["operator.read"] },
      policy: { tickIntervalMs: 30_000 },
      snapshot: { uptimeMs: 311_069, suspension: { phase: "accepting" } },
    });
  });

  it("say in words what a hello lacks", () => {
    expect(helloOf({ type: "hello-ok", protocol: 4, server: { version: "1", bootId: "b" } })).toBe(
      "hello-ok without a usable auth",
    );
  });

  it("carry the finer reason of a refusal", () => {
    const [, pairing] = handshake("gw2-remote-device-cli-PAIRING_REQUIRED");
    expect(wireErrorOf(pairing?.error)).toMatchObject({
      code: "NOT_PAIRED",
      detail: "PAIRING_REQUIRED",
      reason: "not-paired",
      requestId: "43937a10-4112-460b-9a8f-6c233ca43b46",
    });
    expect(wireErrorOf(refusal("suspend/while-health"))).toMatchObject({
      code: "UNAVAILABLE",
      reason: "gateway-suspending",
      retryable: true,
      retryAfterMs: 1_000,
    });
  });

  it("are errors even without a readable shape", () => {
    expect(wireErrorOf("no").code).toBe("UNKNOWN");
    expect(wireErrorOf(undefined).message).not.toBe("");
  });
});

describe("a method that is not there", () => {
  it("is known by either of its two refusals, and by no other", () => {
    const absent = wireErrorOf(refusal("rpc/sessions.compaction.list"));
    const misleading = wireErrorOf({
      code: "FORBIDDEN",
      message: "missing scope: operator.admin",
      details: { code: "MISSING_SCOPE", missingScope: "operator.admin" },
    });
    expect(meansAbsent(absent)).toBe(true);
    expect(meansAbsent(misleading)).toBe(true);
    expect(meansAbsent(wireErrorOf(refusal("suspend/while-health")))).toBe(false);
  });
});
