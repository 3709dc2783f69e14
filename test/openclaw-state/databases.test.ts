import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { lstatSync } from "node:fs";
import { chmod, copyFile, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import {
  countRows,
  readAgentDatabase,
  type AgentDatabase,
  type DatabaseAnswer,
} from "../../src/openclaw/index.ts";
import { readDatabase } from "../../src/openclaw/sqlite/open.ts";
import { addSession, agentSchema, makeDatabase, temporaryTree } from "./tree.ts";

const valueOf = <T>(answer: DatabaseAnswer<T>): T => {
  if (answer.kind !== "read") throw new Error(`not read: ${JSON.stringify(answer)}`);
  return answer.value;
};

const codeOf = <T>(answer: DatabaseAnswer<T>): string =>
  answer.kind === "finding" ? answer.finding.code : answer.kind;

/** Root may write everywhere; what an ordinary user meets is seen only without its privileges. */
const withoutPrivileges = <T>(run: () => T): T => {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
};

/** The temporary directory of root may be closed to all others, who then meet nothing of what is made there. */
const temporary = tmpdir();
const reachesOthers = withoutPrivileges(() => {
  try {
    return lstatSync(`${temporary}/.`).isDirectory();
  } catch {
    return false;
  }
});

/** A second process that writes until it is killed, and has written something when this returns. */
const startWriter = async (path: string): Promise<AsyncDisposable & { readonly child: ChildProcess }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "writer.child.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  return {
    child,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
};

describe("a database that another process writes", () => {
  it("is read at one moment, again and again, while it changes", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, agentSchema);
    await using writer = await startWriter(path);
    const seen = new Set<string>();
    for (let round = 0; round < 50 || seen.size < 5; round += 1) {
      const sessions = valueOf(readAgentDatabase(path, "main")).sessions ?? [];
      // The writer commits pairs: an odd number would be half of one.
      expect(sessions.length % 2).toBe(0);
      seen.add(sessions.at(-1)?.key ?? "");
      // Let the writer's process have the processor.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(writer.child.exitCode).toBeNull();
  });

  it("keeps its log after a crash: it is read, and neither shortened nor folded in", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, agentSchema);
    {
      await using writer = await startWriter(path);
      expect(writer.child.pid).toBeGreaterThan(0);
    }
    const before = await Promise.all(["", "-wal"].map((suffix) => readFile(path + suffix)));
    const sessions = valueOf(readAgentDatabase(path, "main")).sessions ?? [];
    expect(sessions.length).toBeGreaterThan(0);
    expect(await Promise.all(["", "-wal"].map((suffix) => readFile(path + suffix)))).toEqual(before);
  });

  it("is busy only for as long as it is held", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "locked.sqlite");
    const writer = new DatabaseSync(path);
    writer.exec("CREATE TABLE t (a); BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)");
    expect(codeOf(countRows(path))).toBe("STATE_DATABASE_BUSY");
    writer.exec("COMMIT");
    writer.close();
    expect(valueOf(countRows(path)).tables).toEqual([{ name: "t", rows: 1 }]);
  });
});

describe("a database that nobody has open", () => {
  it("is read without leaving a file beside it", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, agentSchema, (database) => {
      addSession(database, { key: "agent:main:main" });
    });
    const before = await readFile(path);
    expect(valueOf(readAgentDatabase(path, "main"))).toMatchObject({
      sessions: [{}],
      sizeBytes: before.length,
    });
    expect(valueOf(countRows(path)).tables.find(({ name }) => name === "session_nodes")?.rows).toBe(1);
    expect(await readdir(tree.path)).toEqual(["agent.sqlite"]);
    expect(await readFile(path)).toEqual(before);
  });

  it.runIf(reachesOthers)(
    "is read in a directory that may not be written, with its log when its shared memory is there",
    async () => {
      await using tree = await temporaryTree();
      const path = join(tree.path, "agent.sqlite");
      const writer = new DatabaseSync(path);
      writer.exec(agentSchema);
      addSession(writer, { key: "agent:main:only-in-the-log" });
      await chmod(tree.path, 0o755);
      for (const name of await readdir(tree.path)) await chmod(join(tree.path, name), 0o444);
      await chmod(tree.path, 0o555);
      const sessions = withoutPrivileges(() => readAgentDatabase(path, "main"));
      await chmod(tree.path, 0o755);
      writer.close();
      expect(valueOf(sessions).sessions).toMatchObject([{ key: "agent:main:only-in-the-log" }]);
    },
  );

  it("whose log cannot be taken in is a finding, never an older state", async () => {
    await using live = await temporaryTree();
    await using copy = await temporaryTree();
    const writer = new DatabaseSync(join(live.path, "agent.sqlite"));
    writer.exec(agentSchema);
    addSession(writer, { key: "agent:main:only-in-the-log" });
    for (const name of ["agent.sqlite", "agent.sqlite-wal"]) {
      await copyFile(join(live.path, name), join(copy.path, name));
      await chmod(join(copy.path, name), 0o444);
    }
    writer.close();
    await chmod(copy.path, 0o555);
    const answer = withoutPrivileges(() => readAgentDatabase(join(copy.path, "agent.sqlite"), "main"));
    await chmod(copy.path, 0o755);
    expect(codeOf(answer)).toBe("STATE_DATABASE_UNREADABLE");
    // With the permission it is read, log and all.
    expect(valueOf(readAgentDatabase(join(copy.path, "agent.sqlite"), "main")).sessions).toHaveLength(1);
  });

  it("is found through a link, with the log that stands beside the file itself", async () => {
    await using tree = await temporaryTree();
    const writer = new DatabaseSync(join(tree.path, "real.sqlite"));
    writer.exec(agentSchema);
    addSession(writer, { key: "agent:main:main" });
    await symlink("real.sqlite", join(tree.path, "link.sqlite"));
    const answer = readAgentDatabase(join(tree.path, "link.sqlite"), "main");
    writer.close();
    expect(valueOf(answer).sessions).toHaveLength(1);
  });
});

describe("a file that is no database to read", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["text", "this is no database, and it is long enough to be one".repeat(40), "STATE_DATABASE_DAMAGED"],
    ["a header and nothing else", "SQLite format 3\0", "STATE_DATABASE_DAMAGED"],
    ["zeros", new Uint8Array(8_192), "STATE_DATABASE_DAMAGED"],
  ])("(%s) is a finding", async (_what, content, code) => {
    await using tree = await temporaryTree();
    const path = await tree.write("agent.sqlite", content);
    expect(codeOf(readAgentDatabase(path, "main"))).toBe(code);
  });

  it("(a directory, a place below a file, nothing at all) is a finding or absent", async () => {
    await using tree = await temporaryTree();
    const file = await tree.write("file", "x");
    expect(codeOf(readAgentDatabase(tree.path, "main"))).toBe("STATE_DATABASE_UNREADABLE");
    expect(codeOf(readAgentDatabase(join(file, "below"), "main"))).toBe("absent");
    expect(codeOf(readAgentDatabase(join(tree.path, "none"), "main"))).toBe("absent");
  });

  it("(damaged inside) is a finding or still right, and never a crash", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, agentSchema, (database) => {
      for (let at = 0; at < 200; at += 1)
        addSession(database, { key: `agent:main:${at}`, entry: { x: "y".repeat(200) } });
    });
    const whole = await readFile(path);
    const kinds = new Set<string>();
    for (let at = 100; at < whole.length; at += 4_999) {
      const hurt = Buffer.from(whole);
      hurt.fill(0xff, at, Math.min(at + 600, hurt.length));
      await writeFile(path, hurt);
      kinds.add(codeOf(readAgentDatabase(path, "main")));
    }
    expect(kinds).toContain("STATE_DATABASE_DAMAGED");
  });
});

describe("what may be read of a database", () => {
  const read = (path: string, sql: string): DatabaseAnswer<unknown> =>
    readDatabase(path, { session_nodes: ["session_key"] }, (database) => database.prepare(sql).all());

  it("are the listed columns: SQLite itself refuses every conversation", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, agentSchema);
    expect(codeOf(read(path, "SELECT session_key FROM session_nodes"))).toBe("read");
    expect(codeOf(read(path, "SELECT count(*) FROM transcript_events"))).toBe("read");
    for (const sql of [
      "SELECT event_json FROM transcript_events",
      "SELECT count(event_json) FROM transcript_events",
      "SELECT session_key FROM session_nodes WHERE entry_json LIKE '%x%'",
      "SELECT * FROM memory_index_chunks",
      "INSERT INTO session_nodes VALUES ('a', 'b', 'c', 0, 0, 'd', 0, 0, 0)",
      "ATTACH 'other.sqlite' AS other",
      "PRAGMA journal_mode = delete",
      "PRAGMA wal_checkpoint",
      "DELETE FROM session_nodes",
    ]) {
      expect([sql, codeOf(read(path, sql))]).toEqual([sql, "STATE_DATABASE_UNREADABLE"]);
    }
  });

  it("are tables: a view in the place of one is never run", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(
      path,
      `PRAGMA user_version = 7; CREATE TABLE secrets (a);
       CREATE VIEW session_nodes AS SELECT a AS session_key, a AS current_session_id FROM secrets;`,
    );
    const answer = readAgentDatabase(path, "main");
    expect(codeOf(answer)).toBe("STATE_DATABASE_UNREADABLE");
  });
});

describe("counting rows", () => {
  it("leaves out what full-text indexes keep for themselves, and copes with any name", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, agentSchema, (database) => {
      database.exec(`CREATE TABLE "we""ird;-- name" (a); INSERT INTO "we""ird;-- name" VALUES (1), (2)`);
      addSession(database, { key: "k", leaf: "l", messages: 3 });
    });
    const counts = valueOf(countRows(path));
    expect(counts.userVersion).toBe(23);
    expect(counts.tables.filter(({ rows }) => rows > 0)).toEqual([
      { name: "session_nodes", rows: 1 },
      { name: "session_transcript_index_state", rows: 1 },
      { name: "session_windows", rows: 1 },
      { name: 'we"ird;-- name', rows: 2 },
    ]);
    expect(counts.tables.map(({ name }) => name).filter((name) => name.includes("fts"))).toEqual([]);
  });
});

describe("an agent's database of another time", () => {
  const sessionsOf = (answer: DatabaseAnswer<AgentDatabase>): AgentDatabase["sessions"] =>
    valueOf(answer).sessions;

  it("is said to be unknown when it keeps sessions in another way", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(path, "PRAGMA user_version = 99; CREATE TABLE conversations_v3 (id)");
    const database = valueOf(readAgentDatabase(path, "main"));
    expect(database).toMatchObject({ schemaVersion: 99, sessions: undefined });
    expect(database.findings).toMatchObject([
      { code: "STATE_SCHEMA_UNKNOWN", message: "keeps sessions in an unknown schema 99" },
    ]);
  });

  it("is read as far as it has the tables and columns", async () => {
    await using tree = await temporaryTree();
    const path = join(tree.path, "agent.sqlite");
    await makeDatabase(
      path,
      `CREATE TABLE session_nodes (session_key TEXT, current_session_id TEXT, colour TEXT);
       INSERT INTO session_nodes VALUES ('agent:main:main', 's', 'red')`,
    );
    expect(sessionsOf(readAgentDatabase(path, "main"))).toEqual([
      { key: "agent:main:main", agentId: "main", sessionId: "s" },
    ]);
    expect(valueOf(readAgentDatabase(path, "main")).memory).toBeUndefined();
  });
});
