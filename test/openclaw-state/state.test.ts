import { cp, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, readState, statePlace, stateRoots } from "../../src/openclaw/index.ts";
import {
  addSession,
  agentDatabase,
  agentSchema,
  gatewayDatabase,
  gatewaySchema,
  makeDatabase,
  temporaryTree,
  type TemporaryTree,
} from "./tree.ts";

/** Two agents, one with its workspace elsewhere, and everything a gateway keeps about itself. */
const fill = async (tree: TemporaryTree): Promise<string> => {
  const stateDir = join(tree.path, ".openclaw");
  await tree.write(
    ".openclaw/openclaw.json",
    JSON.stringify({
      agents: {
        list: [
          { id: "main", default: true },
          { id: "ops", workspace: join(tree.path, "ops") },
        ],
      },
    }),
  );
  await makeDatabase(agentDatabase(stateDir, "main"), agentSchema, (database) => {
    addSession(database, {
      key: "agent:main:big",
      leaf: "l",
      messages: 3,
      entry: { contextTokens: 100, totalTokens: 90, totalTokensFresh: true, totalTokensVersion: 1 },
    });
    addSession(database, {
      key: "agent:main:archived",
      archivedAt: 4,
      entry: { contextTokens: 1, totalTokens: 9 },
    });
    database.exec(`INSERT INTO memory_index_chunks VALUES ('1', 'MEMORY.md', 't'), ('2', 'MEMORY.md', 't');
      INSERT INTO memory_index_sources (path, hash, mtime, size) VALUES ('MEMORY.md', 'h', 1.5, 5), ('memory/gone.md', 'h', 1, 9);
      INSERT INTO memory_index_state VALUES (1, 12)`);
  });
  await makeDatabase(agentDatabase(stateDir, "ops"), agentSchema);
  await makeDatabase(gatewayDatabase(stateDir), gatewaySchema, (database) => {
    database.exec(`INSERT INTO schema_meta VALUES ('primary', '2026.9.1'), ('startup-migrations', '2026.9.6
3
fingerprint');
      INSERT INTO agent_databases VALUES ('main', 'agents/main/agent/openclaw-agent.sqlite'), ('evil', '../../etc/x.sqlite');
      INSERT INTO gateway_boot_lifecycle VALUES ('b1', 11, 100, 150, 'clean_stop', NULL, 'stop (SIGTERM)'),
        ('b2', 12, 200, NULL, NULL, NULL, NULL), ('b3', 13, 300, 310, 'startup_failed', NULL, 'CONFIG'),
        ('b4', 14, 400, NULL, NULL, 'gateway.crash_loop_recovered', NULL);
      INSERT INTO device_pairing_paired VALUES ('d1', 'phone', 'My phone', 'ios', 'operator', '{"token":"hidden"}', 1, 2);
      INSERT INTO cron_jobs VALUES ('j1', 'nightly', 1, 'main', '{"nextRunAtMs":900}'), ('j2', 'off', 0, NULL, 'broken');
      INSERT INTO delivery_queue_entries VALUES ('out', '1', 'pending', 'words'), ('out', '2', 'pending', 'words'), ('out', '3', 'failed', 'words');
      INSERT INTO backup_runs VALUES ('r1', 50, 'ok');
      INSERT INTO state_leases VALUES ('gateway-owner', 1000, 700, '{"owner":{"pid":14,"host":"box"}}'), ('other', 9999, 1, '{}')`);
  });
  await tree.write(".openclaw/workspace/MEMORY.md", "12345");
  await tree.write(".openclaw/workspace/memory/2026-11-20.md", "today");
  await tree.write(".openclaw/workspace/memory/notes.txt", "not memory");
  await tree.write("ops/USER.md", "user");
  return stateDir;
};

describe("a state directory", () => {
  it("tells everything about its gateway, offline", async () => {
    await using tree = await temporaryTree();
    const stateDir = await fill(tree);
    const place = statePlace({ env: {}, home: tree.path, exists: existsSync });
    const config = await readConfig(place.configPath);
    const roots = stateRoots(place, config.kind === "read" ? config.config : undefined);
    const state = await readState(stateDir, { roots, owner: "alive" });
    expect(state).toMatchObject({
      kind: "sqlite",
      gatewayVersion: "2026.9.6",
      agents: [
        { id: "main", kind: "sqlite", schemaVersion: 23 },
        { id: "ops", kind: "sqlite", schemaVersion: 23 },
      ],
      sessions: [
        { key: "agent:main:archived" },
        { key: "agent:main:big", leaf: "l", messages: 3, usedTokens: 90 },
      ],
      memory: [
        { agentId: "main", indexed: 2, indexedFiles: 2, revision: 12, files: 2, stale: 1, gone: 1 },
        { agentId: "ops", indexed: 0, indexedFiles: 0, files: 1 },
      ],
      devices: [
        { deviceId: "d1", name: "My phone", platform: "ios", role: "operator", approvedAt: 1, lastSeenAt: 2 },
      ],
      cron: [
        { jobId: "j1", name: "nightly", enabled: true, agentId: "main", nextRunAt: 900 },
        { jobId: "j2", name: "off", enabled: false },
      ],
      deliveries: [
        { queue: "out", status: "failed", count: 1 },
        { queue: "out", status: "pending", count: 2 },
      ],
      backups: [{ id: "r1", createdAt: 50, status: "ok" }],
      lease: { pid: 14, host: "box", heartbeatAt: 700, expiresAt: 1_000 },
      vitals: { contextUsage: 0.9, agents: 2, sessions: 1, memoryKeys: 5 },
      findings: [],
    });
    expect(JSON.stringify(state)).not.toMatch(/hidden|words/);
  });

  it.each([
    ["alive", "running"],
    ["gone", "crashed"],
    ["unknown", "open"],
  ] as const)(
    "when its owner is %s takes its unfinished start as %s, and earlier ones as crashes",
    async (owner, kind) => {
      await using tree = await temporaryTree();
      const state = await readState(await fill(tree), { owner });
      expect(state.boots?.map(({ bootId, outcome }) => [bootId, outcome.kind])).toEqual([
        ["b4", kind],
        ["b3", "startup-failed"],
        ["b2", "crashed"],
        ["b1", "clean-stop"],
      ]);
    },
  );

  it("leaves the sessions out where nobody asks for them, and says nothing of them", async () => {
    await using tree = await temporaryTree();
    const stateDir = await fill(tree);
    const whole = await readState(stateDir);
    const { sessions: _sessions, contextUsage: _usage, contextPressure: _pressure, ...known } = whole.vitals;
    expect(whole.sessions.length).toBeGreaterThan(0);
    const without = await readState(stateDir, { sessions: false });
    expect(without).toEqual({ ...whole, sessions: [], vitals: known });
  });

  it("is left as it was, to the name", async () => {
    await using tree = await temporaryTree();
    const stateDir = await fill(tree);
    const before = await readdir(tree.path, { recursive: true });
    await readState(stateDir);
    expect(await readdir(tree.path, { recursive: true })).toEqual(before);
  });

  it("tells the same as a copy of it, and the copy is not read through the original", async () => {
    await using tree = await temporaryTree();
    await using copy = await temporaryTree();
    const stateDir = await fill(tree);
    await cp(stateDir, join(copy.path, "copy"), { recursive: true });
    const { sessions, vitals } = await readState(stateDir);
    const copied = await readState(join(copy.path, "copy"));
    expect(copied).toMatchObject({ sessions, vitals });
    expect(copied.agents.every(({ database }) => database?.startsWith(copy.path))).toBe(true);
  });

  it("with one damaged database tells the rest, and counts no sessions", async () => {
    await using tree = await temporaryTree();
    const stateDir = await fill(tree);
    await tree.write(".openclaw/agents/ops/agent/openclaw-agent.sqlite", "ruined ".repeat(600));
    const state = await readState(stateDir);
    expect(state.findings).toMatchObject([{ code: "STATE_DATABASE_DAMAGED" }]);
    expect(state.sessions).toHaveLength(2);
    expect(state.agents).toHaveLength(2);
    expect(state.vitals).not.toHaveProperty("sessions");
    // The fullest of those that could be read need not be the fullest.
    expect(state.vitals).not.toHaveProperty("contextUsage");
  });

  it("that is empty, missing or no directory is said to be so", async () => {
    await using tree = await temporaryTree();
    const file = await tree.write("file", "x");
    expect(await readState(tree.path)).toMatchObject({ kind: "empty", agents: [], findings: [] });
    for (const path of [join(tree.path, "none"), file]) {
      const state = await readState(path);
      expect(state.findings).toMatchObject([{ code: "STATE_DIRECTORY_MISSING" }]);
      expect(state.vitals).not.toHaveProperty("sessions");
    }
  });
});
