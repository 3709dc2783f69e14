import type { ComparedSnapshots } from "../../src/keeping/index.ts";
import {
  comparisonKey,
  differenceKey,
  firstVault,
  type StoredSnapshot,
  type VaultState,
} from "../../src/ui/console/state/vault.ts";
import type { Watching } from "./replay.ts";

const stored = (id: string, at: number, changes: Partial<StoredSnapshot> = {}): StoredSnapshot => ({
  id,
  name: null,
  kind: "full",
  createdAt: "2026-11-20T00:00:00.000Z",
  gateway: "prod-eu",
  host: "claw-eu-1",
  gatewayVersion: "2026.9.6",
  stateDir: "/srv/openclaw",
  tags: [],
  description: null,
  files: 412,
  bytes: 57e6,
  newBytes: 1.2e6,
  storedBytes: 0.3e6,
  compression: "lz4",
  encrypted: true,
  verifiedAt: "2026-11-20T00:00:01.000Z",
  expiresAt: null,
  protected: false,
  at,
  verifiedAtMs: at + 1_000,
  numbers: { contextPressure: 0.58, sessions: 41, agents: 5 },
  ...changes,
});

const comparison: ComparedSnapshots = {
  a: "2026-11-20-00-00",
  b: "live",
  vitals: [
    { name: "contextUsage", before: 0.36, after: 0.65, delta: 0.29 },
    { name: "contextPressure", before: 0.58, after: 1.05, delta: 0.47 },
    { name: "agents", before: 5, after: 5, delta: 0 },
    { name: "sessions", before: 41, after: 43, delta: 2 },
    { name: "memoryKeys", before: null, after: 461, delta: null },
  ],
  sessions: {
    added: [
      { key: "agent:main:later", agentId: "main", messages: 2, tokens: 900, lastActivityAt: null },
      { key: "東京:夜間", agentId: "main", messages: null, tokens: null, lastActivityAt: null },
    ],
    removed: [{ key: "agent:ops:old", agentId: "ops", messages: 7, tokens: 10, lastActivityAt: null }],
    changed: [
      {
        key: "agent:main:console-big",
        agentId: "main",
        what: "moved",
        leaf: { before: "a", after: "b" },
        messages: { before: 9, after: 13 },
        tokens: { before: 12_000, after: 20_600 },
        status: { before: "done", after: "done" },
      },
    ],
    same: 39,
  },
  databases: [
    {
      path: "agents/main/agent/openclaw-agent.sqlite",
      schema: { before: 3, after: 3 },
      tables: [{ name: "transcript_entries", before: 103, after: 137 }],
    },
  ],
  config: [
    { path: "agents.defaults.compaction.mode", before: "default", after: "safeguard" },
    { path: "channels.telegram.botToken", before: "[redacted]", after: "[redacted]", differs: true },
  ],
  files: {
    added: [{ path: "openclaw.json.bak", type: "file", size: 2_600 }],
    removed: [],
    changed: [
      {
        path: "openclaw.json",
        type: "file",
        what: ["content", "mode"],
        before: { size: 2_600, mode: 0o600 },
        after: { size: 2_648, mode: 0o644 },
      },
    ],
    touched: 3,
    same: 390,
    bytesBefore: 2_600,
    bytesAfter: 5_248,
  },
  notes: [],
};

const pair = { gateway: "prod-eu", a: "2026-11-20-00-00", b: "live" } as const;

/** The vault beside `incidentStory`: two snapshots from before the trouble, one from within it, and a comparison. */
export const keepingStory = ({ now }: Watching): VaultState => ({
  ...firstVault,
  access: {
    kind: "open",
    flags: "",
    info: {
      id: "0123456789abcdef0123456789abcdef",
      path: "/home/tester/.local/share/clawback/vault",
      version: 1,
      createdAt: "2026-11-01T00:00:00.000Z",
      encrypted: true,
      compression: "lz4",
      keys: ["key-file", "recovery"],
    },
  },
  listed: [
    stored("2026-11-20-00-00", now - 260_000, { protected: true, name: "before-deploy", newBytes: 57e6 }),
    stored("2026-11-20-00-01", now - 210_000, { kind: "critical" }),
    stored("2026-11-20-00-04", now - 30_000, {
      kind: "anomaly",
      verifiedAt: null,
      verifiedAtMs: undefined,
      description: "session-dead",
      numbers: { contextPressure: 1.05, sessions: 43 },
    }),
    stored("2026-11-20-00-02", now - 100_000, { gateway: "prod-us" }),
  ],
  figures: {
    at: now,
    stats: { snapshots: 4, packs: 4, storedBytes: 1.9e9, cacheBytes: 1e6, quarantinedBytes: 0 },
    retention: "24h",
    keep: 3,
    next: { id: "2026-11-20-00-01", at: now + 7_200_000 },
    remove: ["2026-11-20-00-02"],
    removeBytesAtMost: 3e5,
  },
  host: {
    at: now,
    cpuShare: 0.31,
    memoryFreeBytes: 4e9,
    memoryBytes: 16e9,
    diskFreeBytes: 46e9,
    diskBytes: 90e9,
  },
  comparisons: new Map([
    [comparisonKey(pair), { kind: "done", at: now - 3_000, comparison, report: "Diff Report:\n" }],
  ]),
  differences: new Map([
    [
      differenceKey(pair, "openclaw.json"),
      {
        kind: "done",
        lines: [
          "--- a/openclaw.json",
          "+++ live/openclaw.json",
          "@@ -1,3 +1,3 @@",
          '-"mode": "default"',
          '+"mode": "safeguard"',
        ],
      },
    ],
  ]),
});
