import { strictObject, exactOptional, array, string, number, boolean, literal } from "zod";
import * as z from "zod";
import type { GatewayEvent } from "../../clients/index.ts";
import { connectionSayings, type ConnectionSentence } from "../../clients/sentences/index.ts";
import { isSentence } from "../../ground/index.ts";
import { logLevels } from "../selectors/merged-log.ts";

/**
 * The shape of gateway events in a recording. A recording comes from a file that a stranger may have written by hand,
 * so it is parsed like everything from outside; unknown fields are refused, since most are slips of the pen.
 */

const text = string().max(20_000);
const level = z.enum(logLevels);
const state = z.discriminatedUnion("kind", [
  strictObject({ kind: literal("connecting"), attempt: number() }),
  strictObject({ kind: literal("up") }),
  strictObject({ kind: literal("down"), retryAt: exactOptional(number()) }),
  strictObject({ kind: literal("booting"), pending: exactOptional(text) }),
  strictObject({ kind: literal("frozen") }),
  strictObject({ kind: literal("stopping"), restartExpectedAt: exactOptional(number()) }),
  strictObject({ kind: literal("crashed"), retryAt: exactOptional(number()) }),
  strictObject({ kind: literal("crash-loop"), boots: number(), withinMs: number() }),
  strictObject({ kind: literal("suspended"), ours: boolean(), until: exactOptional(number()) }),
  strictObject({ kind: literal("half-open") }),
  strictObject({ kind: literal("under-scoped"), missing: array(text) }),
  strictObject({ kind: literal("pairing"), requestId: text, approve: text }),
  strictObject({ kind: literal("unauthorised"), reason: text }),
  strictObject({ kind: literal("incompatible"), reason: text }),
  strictObject({ kind: literal("http-only"), healthy: z.union([boolean(), z.undefined()]) }),
]);

const connectionSaid = z
  .optional(z.custom<ConnectionSentence>((given) => isSentence(connectionSayings, given)))
  .catch(undefined);

const session = strictObject({
  key: text,
  agentId: text,
  status: exactOptional(text),
  windowTokens: exactOptional(number()),
  usedTokens: exactOptional(number()),
  budget: exactOptional(
    strictObject({
      estimatedPromptTokens: number(),
      promptBudgetTokens: number(),
      overflowTokens: number(),
      route: text,
      shouldCompact: boolean(),
    }),
  ),
  running: boolean(),
  runningSince: exactOptional(number()),
  lastError: exactOptional(text),
  lastActivityAt: exactOptional(number()),
  updatedAt: exactOptional(number()),
  model: exactOptional(text),
  provider: exactOptional(text),
  messages: exactOptional(number()),
  costUsd: exactOptional(number()),
});

const turn = { sessionKey: text, runId: text };

const envelope = { gateway: text, at: number(), from: z.enum(["wire", "http", "disk"]) };

export const gatewayEvent: z.ZodType<GatewayEvent> = z.discriminatedUnion("kind", [
  strictObject({
    ...envelope,
    kind: literal("connection"),
    report: strictObject({
      state,
      since: number(),
      orBefore: exactOptional(literal(true)),
      evidence: text,
      said: connectionSaid,
      next: exactOptional(text),
      advice: connectionSaid,
    }),
  }),
  strictObject({
    ...envelope,
    kind: literal("hello"),
    hello: strictObject({
      version: text,
      buildId: exactOptional(text),
      bootId: text,
      uptimeMs: exactOptional(number()),
      grantedScopes: array(text),
      tickIntervalMs: number(),
      clockAheadMs: exactOptional(number()),
    }),
  }),
  strictObject({
    ...envelope,
    kind: literal("system"),
    system: strictObject({
      pid: exactOptional(number()),
      hostname: exactOptional(text),
      uptimeMs: exactOptional(number()),
      rssBytes: exactOptional(number()),
      heapUsedBytes: exactOptional(number()),
      cpuCores: exactOptional(number()),
      cpuCount: exactOptional(number()),
      loadAverage1m: exactOptional(number()),
      memoryTotalBytes: exactOptional(number()),
      memoryFreeBytes: exactOptional(number()),
      diskFreeBytes: exactOptional(number()),
      diskPath: exactOptional(text),
      lagP99Ms: exactOptional(number()),
      lagMaxMs: exactOptional(number()),
      loopDegradedSince: exactOptional(number()),
    }),
  }),
  strictObject({ ...envelope, kind: literal("sessions"), sessions: array(session), total: number() }),
  strictObject({ ...envelope, kind: literal("session"), session }),
  strictObject({ ...envelope, kind: literal("session-gone"), sessionKey: text }),
  strictObject({ ...envelope, kind: literal("agents"), agents: array(text) }),
  strictObject({
    ...envelope,
    kind: literal("channels"),
    channels: array(
      strictObject({
        id: text,
        account: text,
        configured: boolean(),
        enabled: boolean(),
        running: boolean(),
        connected: boolean(),
        lifecycle: exactOptional(text),
        terminal: boolean(),
        lastError: exactOptional(text),
        lastActivityAt: exactOptional(number()),
      }),
    ),
    issues: array(strictObject({ channel: text, account: text, message: text, fix: exactOptional(text) })),
  }),
  strictObject({
    ...envelope,
    kind: literal("lanes"),
    lanes: array(
      strictObject({
        lane: text,
        queued: number(),
        active: exactOptional(number()),
        limit: exactOptional(number()),
      }),
    ),
  }),
  strictObject({
    ...envelope,
    kind: literal("config"),
    config: strictObject({
      valid: boolean(),
      issues: array(text),
      pendingRestart: exactOptional(boolean()),
      hash: exactOptional(text),
    }),
  }),
  strictObject({ ...envelope, kind: literal("config-changed") }),
  strictObject({
    ...envelope,
    kind: literal("boots"),
    boots: array(
      strictObject({
        bootId: text,
        startedAt: number(),
        end: z.enum(["clean", "crashed", "startup-failed", "open"]),
        reason: exactOptional(text),
      }),
    ),
  }),
  strictObject({
    ...envelope,
    kind: literal("model-calls"),
    calls: strictObject({
      completed: number(),
      failed: number(),
      durationsMs: array(number()),
      lastError: exactOptional(text),
    }),
  }),
  strictObject({
    ...envelope,
    kind: literal("turn"),
    turn: z.discriminatedUnion("kind", [
      strictObject({ ...turn, kind: literal("started") }),
      strictObject({ ...turn, kind: literal("progress") }),
      strictObject({ ...turn, kind: literal("retrying"), attempt: number() }),
      strictObject({ ...turn, kind: literal("ended") }),
      strictObject({ ...turn, kind: literal("failed"), reason: text }),
      strictObject({ kind: literal("compaction-started"), sessionKey: text }),
      strictObject({ kind: literal("compaction-ended"), sessionKey: text, completed: boolean() }),
    ]),
  }),
  strictObject({
    ...envelope,
    kind: literal("log"),
    lines: array(
      strictObject({
        at: number(),
        level,
        subsystem: text,
        message: text,
        sessionKey: exactOptional(text),
        channel: exactOptional(text),
      }),
    ),
  }),
  strictObject({ ...envelope, kind: literal("latency"), roundTripMs: number() }),
  strictObject({ ...envelope, kind: literal("gap"), missed: number() }),
  strictObject({ ...envelope, kind: literal("refused"), what: text, reason: text }),
  strictObject({ ...envelope, kind: literal("absent"), method: text }),
]);
