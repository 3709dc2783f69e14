import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemoFleet, type DemoFleet } from "../../src/demo/index.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { at, connectTo, type TestClient } from "./test-client.ts";

let clock: ManualClock;
let fleet: DemoFleet;
let client: TestClient;
let stateDir: string;

beforeAll(async () => {
  clock = manualClock();
  fleet = await startDemoFleet({ clock, gateways: 1, scenario: "healthy" });
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  ({ stateDir } = gateway);
  client = await connectTo(gateway, ["operator.read", "operator.admin"]);
  await clock.advance(90_000);
});
afterAll(() => fleet.stop());

const query = (path: string, sql: string) => {
  const database = new DatabaseSync(join(stateDir, path), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

const agentPaths = (): string[] =>
  query("state/openclaw.sqlite", "SELECT path FROM agent_databases").map(({ path }) => String(path));

describe("the state directory", () => {
  test("holds the sessions that the wire tells of, number by number", async () => {
    const wire = await client.ask("sessions.list");
    const rows = at(wire, "payload.sessions");
    const told = (Array.isArray(rows) ? rows : []).map((row: unknown) => ({
      key: at(row, "key"),
      sessionId: at(row, "sessionId"),
      total: at(row, "totalTokens"),
      estimate: at(row, "contextBudgetStatus.estimatedPromptTokens"),
      status: at(row, "status"),
      run: at(row, "lastRunId"),
    }));
    const stored = agentPaths()
      .flatMap((path) =>
        query(
          path,
          `SELECT n.session_key, n.current_session_id, n.entry_json, w.status
           FROM session_nodes n JOIN session_windows w ON w.session_id = n.current_session_id`,
        ),
      )
      .map((row) => {
        const entry: unknown = JSON.parse(String(row["entry_json"]));
        return {
          key: row["session_key"],
          sessionId: row["current_session_id"],
          total: at(entry, "totalTokens"),
          estimate: at(entry, "contextBudgetStatus.estimatedPromptTokens"),
          status: row["status"],
          run: at(entry, "lastRunId"),
        };
      });
    const byKey = (one: { key: unknown }, other: { key: unknown }) =>
      String(one.key).localeCompare(String(other.key));
    expect(stored).toHaveLength(41);
    expect(stored.toSorted(byKey)).toEqual(told.toSorted(byKey));
  });

  test("names the leaf and counts the messages of every session as the wire does", async () => {
    for (const path of agentPaths()) {
      for (const row of query(
        path,
        `SELECT n.session_key, i.leaf_event_id, i.active_message_count FROM session_nodes n
         JOIN session_transcript_index_state i ON i.session_id = n.current_session_id`,
      )) {
        const answer = await client.ask("sessions.branches.list", { sessionKey: row["session_key"] });
        expect(at(answer, "payload.branches")).toMatchObject([
          { active: true, leafEntryId: row["leaf_event_id"], messageCount: row["active_message_count"] },
        ]);
      }
    }
  });

  test("has whole databases with the real schema versions, in WAL mode", () => {
    const versions = ["state/openclaw.sqlite", ...agentPaths()].map((path) => [
      query(path, "PRAGMA user_version")[0]?.["user_version"],
      query(path, "PRAGMA journal_mode")[0]?.["journal_mode"],
      query(path, "PRAGMA page_size")[0]?.["page_size"],
      query(path, "PRAGMA integrity_check")[0]?.["integrity_check"],
      query(path, "SELECT schema_version FROM schema_meta WHERE meta_key = 'primary'")[0]?.["schema_version"],
    ]);
    expect(versions).toEqual([
      [18, "wal", 4096, "ok", 18],
      ...agentPaths().map(() => [23, "wal", 4096, "ok", 23]),
    ]);
    expect(existsSync(join(stateDir, "agents/main/agent/openclaw-agent.sqlite-wal"))).toBe(true);
  });

  test("belongs to its owner alone", () => {
    const all = readdirSync(stateDir, { recursive: true, withFileTypes: true });
    expect(all.length).toBeGreaterThan(30);
    const open = all.filter((entry) => (statSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0);
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test("has memory files, and an index that knows them", () => {
    expect(existsSync(join(stateDir, "workspace/MEMORY.md"))).toBe(true);
    const indexed = query(agentPaths()[0] ?? "", "SELECT path FROM memory_index_sources").map(
      ({ path }) => path,
    );
    const files = readdirSync(join(stateDir, "workspace/memory")).map((name) => `memory/${name}`);
    expect(new Set(indexed)).toEqual(new Set(["MEMORY.md", ...files]));
    expect(query(agentPaths()[0] ?? "", "SELECT revision FROM memory_index_state")).toEqual([
      { revision: indexed.length },
    ]);
  });

  test("says who owns it while the gateway runs", () => {
    const folder = join(stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`);
    const lock: unknown = JSON.parse(readFileSync(join(folder, "gateway.state.lock"), "utf8"));
    expect(lock).toMatchObject({
      pid: process.pid,
      stateDir,
      port: Number(new URL(fleet.gateways[0]?.url ?? "").port),
    });
    expect(query("state/openclaw.sqlite", "SELECT scope FROM state_leases")).toEqual([
      { scope: "gateway-owner" },
    ]);
    expect(
      query("state/openclaw.sqlite", "SELECT outcome FROM gateway_boot_lifecycle ORDER BY started_at_ms"),
    ).toEqual([
      { outcome: "clean_stop" },
      { outcome: "clean_stop" },
      { outcome: "clean_stop" },
      { outcome: null },
    ]);
  });

  test("says of the boot that runs since when it has been up, as the wire does", async () => {
    const info = await client.ask("system.info");
    const [boot] = query(
      "state/openclaw.sqlite",
      "SELECT started_at_ms AS at FROM gateway_boot_lifecycle WHERE outcome IS NULL",
    );
    expect(clock.now() - Number(boot?.["at"])).toBe(at(info, "payload.uptimeMs"));
  });

  test("keeps the secrets that config.get hides", async () => {
    const raw = readFileSync(join(stateDir, "openclaw.json"), "utf8");
    const token = fleet.gateways[0]?.token ?? "";
    expect(raw).toContain(token);
    const answer = JSON.stringify(await client.ask("config.get"));
    expect(answer).not.toContain(token);
    expect(answer).not.toContain("demo-telegram-");
    expect(answer).toContain("__OPENCLAW_REDACTED__");
  });
});
