import { createHash } from "node:crypto";
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SourcePlan } from "../../../../src/core/index.ts";
import { exclusionOf } from "../../../../src/openclaw/index.ts";

/** A state directory with real databases, a workspace outside of it, and what a gateway leaves lying about. */
export type Scene = { readonly home: string; readonly stateDir: string; readonly workspace: string };

export const sceneIn = (home: string): Scene => ({
  home,
  stateDir: join(home, ".openclaw"),
  workspace: join(home, "workspace"),
});

export const makeScene = (home: string): Scene => {
  const scene = sceneIn(home);
  const { stateDir, workspace } = scene;
  for (const directory of ["state", "agents/main/agent", "cache/ui", "tmp/openclaw-0", "logs"]) {
    mkdirSync(join(stateDir, directory), { recursive: true, mode: 0o755 });
  }
  mkdirSync(join(workspace, "memory"), { recursive: true });
  writeFileSync(join(stateDir, "openclaw.json"), '{"gateway":{"mode":"local","port":1}}', { mode: 0o644 });
  writeFileSync(join(stateDir, "cache/ui/assets"), "rebuilt when it is gone");
  writeFileSync(join(stateDir, "logs/gateway.log"), "then\n");
  writeFileSync(join(workspace, "AGENTS.md"), "how it was");
  writeFileSync(join(workspace, "memory/2026-11-19.md"), "remembered");
  write(join(stateDir, "state/openclaw.sqlite"), [
    "CREATE TABLE state_leases(scope TEXT, payload TEXT)",
    "CREATE TABLE delivery_queue_entries(id INTEGER PRIMARY KEY, status TEXT)",
    "CREATE TABLE facts(id INTEGER PRIMARY KEY, what TEXT)",
    "INSERT INTO state_leases VALUES('gateway-owner', 'process 1')",
    "INSERT INTO delivery_queue_entries VALUES(1, 'pending')",
    "INSERT INTO facts VALUES(1, 'before')",
  ]);
  write(join(stateDir, "agents/main/agent/openclaw-agent.sqlite"), [
    "CREATE TABLE agent_database_leases(pid INTEGER)",
    "CREATE TABLE said(id INTEGER PRIMARY KEY, length INTEGER)",
    "INSERT INTO agent_database_leases VALUES(1)",
    "INSERT INTO said VALUES(1, 10)",
  ]);
  return scene;
};

/** What happened after the snapshot: every kind of change there is. */
export const ruin = ({ stateDir, workspace }: Scene): void => {
  write(join(stateDir, "state/openclaw.sqlite"), ["INSERT INTO facts VALUES(2, 'after')"]);
  write(join(stateDir, "agents/main/agent/openclaw-agent.sqlite"), ["INSERT INTO said VALUES(2, 20)"]);
  writeFileSync(join(stateDir, "openclaw.json"), '{"gateway":{"mode":"local","port":2}}');
  mkdirSync(join(stateDir, "agents/other/agent"), { recursive: true });
  writeFileSync(join(stateDir, "agents/other/agent/notes.json"), "{}");
  writeFileSync(join(stateDir, "logs/gateway.log"), "then\nnow\n");
  writeFileSync(join(workspace, "AGENTS.md"), "how it is now");
  writeFileSync(join(workspace, "new.md"), "new");
  rmSync(join(workspace, "memory"), { recursive: true });
};

/** Leaves its newest rows in the write-ahead log, as a process that is killed does. */
const write = (path: string, statements: readonly string[]): void => {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
  for (const statement of statements) database.exec(statement);
  const beside = `${path}.copy`;
  for (const suffix of ["", "-wal"]) cpSync(`${path}${suffix}`, `${beside}${suffix}`);
  database.close();
  for (const suffix of ["", "-wal"]) {
    cpSync(`${beside}${suffix}`, `${path}${suffix}`);
    rmSync(`${beside}${suffix}`);
  }
};

export const rowsOf = (path: string, query: string): readonly unknown[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(query)
      .all()
      .flatMap((row) => Object.values(row));
  } finally {
    database.close();
  }
};

export const planOf = ({ stateDir, workspace }: Scene): SourcePlan => ({
  roots: [
    { prefix: "", path: stateDir },
    { prefix: "workspace:main", path: workspace },
  ],
  excludes: (path) =>
    exclusionOf(path.replace(/^workspace:main\/?/, ""), {
      kind: path.startsWith("workspace:main") ? "workspace" : "state",
    }) !== undefined,
});

/** Every name, mode and byte below the home but the vault: two equal hashes are two equal states. */
export const hashOf = ({ stateDir, workspace }: Scene): string => {
  const hash = createHash("sha256");
  const walk = (path: string, label: string): void => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    hash.update(`${label} ${stat.mode.toString(8)}\n`);
    if (stat.isFile()) hash.update(readFileSync(path));
    if (!stat.isDirectory()) return;
    for (const name of readdirSync(path).sort())
      if (!name.endsWith("-shm")) walk(join(path, name), `${label}/${name}`);
  };
  walk(stateDir, "state");
  walk(workspace, "workspace");
  return hash.digest("hex");
};
