import type { SessionFacts } from "../../src/clients/index.ts";
import type { SnapshotSummary } from "../../src/watch/index.ts";
import { fleetStory } from "./fleet-story.ts";
import type { Watching } from "./replay.ts";

const snapshot = (id: string, at: number, changes: Partial<SnapshotSummary> = {}): SnapshotSummary => ({
  id,
  gateway: "prod-eu",
  at,
  kind: "full",
  bytes: 57e6,
  newBytes: 1.2e6,
  verification: { kind: "passed", at: at + 1_000 },
  vitals: { contextPressure: 0.58, sessions: 41, agents: 5 },
  takenDuring: [],
  ...changes,
});

const session = (key: string, changes: Partial<SessionFacts>): SessionFacts => ({
  key,
  agentId: key.split(":")[1] ?? "main",
  running: false,
  windowTokens: 200_000,
  ...changes,
});

/** The fleet of `fleetStory` a minute later: a dead session, a channel that is gone, a broken configuration. */
export const incidentStory = (): Watching => {
  const watching = fleetStory();
  const start = watching.now;
  const dead = "agent:main:console-big";
  watching.tell({
    kind: "snapshots",
    at: start,
    gateway: "prod-eu",
    snapshots: [
      snapshot("2026-11-20-00-00", start - 200_000),
      snapshot("2026-11-20-00-01", start - 150_000, { kind: "critical" }),
    ],
  });
  watching.hear(
    "prod-eu",
    { kind: "agents", agents: ["main", "research", "ops"] },
    {
      kind: "lanes",
      lanes: [
        { lane: "main", queued: 3, active: 4, limit: 4 },
        { lane: "cron", queued: 0, active: 0, limit: 1 },
      ],
    },
    {
      kind: "config",
      config: {
        valid: false,
        issues: ["channels.telegram.botToken: is not a token"],
        pendingRestart: true,
        hash: "sha256:4711",
      },
    },
  );
  watching.wait(60_000, (second) => {
    if (second % 5 !== 0) return;
    watching.hear(
      "prod-eu",
      {
        kind: "system",
        system: { rssBytes: 812e6, lagP99Ms: 24, uptimeMs: 273_900_000, pid: 4711, hostname: "claw-eu-1" },
      },
      {
        kind: "sessions",
        total: 41,
        sessions: [
          session(dead, {
            windowTokens: 32_000,
            usedTokens: 20_600,
            status: "done",
            model: "reef-small",
            provider: "reef",
            costUsd: 0.07,
            messages: 13,
            lastActivityAt: watching.now - 700,
            budget: {
              estimatedPromptTokens: 25_342,
              promptBudgetTokens: 24_000,
              overflowTokens: 1_342,
              route: "compact_only",
              shouldCompact: true,
            },
          }),
          session("agent:main:telegram:direct:+4915100000", {
            running: true,
            runningSince: start,
            lastActivityAt: watching.now,
          }),
          session("agent:research:cron:nightly", { usedTokens: 61_000, lastActivityAt: start - 11_000_000 }),
        ],
      },
      { kind: "turn", turn: { kind: "started", sessionKey: dead, runId: `r${second}` } },
      {
        kind: "turn",
        turn: { kind: "failed", sessionKey: dead, runId: `r${second}`, reason: "context too large" },
      },
      {
        kind: "channels",
        channels: [
          {
            id: "telegram",
            account: "default",
            configured: true,
            enabled: true,
            running: false,
            connected: false,
            terminal: true,
            lastError: "Unauthorized",
          },
          {
            id: "slack",
            account: "default",
            configured: true,
            enabled: true,
            running: true,
            connected: true,
            terminal: false,
            lastActivityAt: watching.now - 4_000,
          },
        ],
        issues: [
          {
            channel: "telegram",
            account: "default",
            message: "Unauthorized: the token was refused",
            fix: "put a new bot token in place and restart the channel",
          },
        ],
      },
      {
        kind: "log",
        lines: [
          {
            at: watching.now,
            level: second % 20 === 0 ? "error" : "info",
            subsystem: "agent/embedded",
            message: `turn r${second} failed: context too large, compaction could not recover`,
            sessionKey: dead,
          },
        ],
      },
    );
  });
  return watching;
};
