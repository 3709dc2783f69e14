import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A directory of its own for a test, gone with the block that made it. */
export type TemporaryTree = AsyncDisposable & {
  readonly path: string;
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>;
};

export const temporaryTree = async (): Promise<TemporaryTree> => {
  const path = await mkdtemp(join(tmpdir(), "clawback-state-"));
  return {
    path,
    write: async (name, content) => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
};

/** The tables of an agent's database that matter here, as OpenClaw 2026.9.6 makes them, less what is never looked at. */
export const agentSchema = `
PRAGMA journal_mode = wal; PRAGMA user_version = 23;
CREATE TABLE session_nodes (session_key TEXT NOT NULL PRIMARY KEY, current_session_id TEXT NOT NULL,
  entry_json TEXT NOT NULL, entry_valid INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL, status TEXT,
  archived_at INTEGER, last_interaction_at INTEGER, last_activity_at INTEGER) STRICT;
CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL,
  previous_session_id TEXT, status TEXT, model_provider TEXT, model TEXT) STRICT;
CREATE TABLE session_transcript_index_state (session_id TEXT NOT NULL PRIMARY KEY, indexed_seq INTEGER,
  leaf_event_id TEXT, needs_rebuild INTEGER NOT NULL DEFAULT 0, active_event_count INTEGER,
  active_message_count INTEGER, updated_at INTEGER) STRICT;
CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT) STRICT;
CREATE TABLE memory_index_chunks (id TEXT NOT NULL UNIQUE, path TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE memory_index_sources (path TEXT NOT NULL, source TEXT NOT NULL DEFAULT 'memory', hash TEXT NOT NULL,
  mtime REAL NOT NULL, size INTEGER NOT NULL) STRICT;
CREATE TABLE memory_index_state (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
CREATE VIRTUAL TABLE session_transcript_fts USING fts5(text);`;

export const gatewaySchema = `
PRAGMA journal_mode = wal; PRAGMA user_version = 18;
CREATE TABLE schema_meta (meta_key TEXT PRIMARY KEY, app_version TEXT) STRICT;
CREATE TABLE agent_databases (agent_id TEXT, path TEXT) STRICT;
CREATE TABLE gateway_boot_lifecycle (boot_id TEXT PRIMARY KEY, pid INTEGER NOT NULL, started_at_ms INTEGER NOT NULL,
  completed_at_ms INTEGER, outcome TEXT, startup_reason TEXT, reason TEXT) STRICT;
CREATE TABLE device_pairing_paired (device_id TEXT PRIMARY KEY, display_name TEXT, operator_label TEXT, platform TEXT,
  role TEXT, tokens_json TEXT, approved_at_ms INTEGER NOT NULL, last_seen_at_ms INTEGER) STRICT;
CREATE TABLE cron_jobs (job_id TEXT PRIMARY KEY, name TEXT NOT NULL, enabled INTEGER NOT NULL, agent_id TEXT,
  state_json TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE delivery_queue_entries (queue_name TEXT, id TEXT, status TEXT NOT NULL, entry_json TEXT) STRICT;
CREATE TABLE backup_runs (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, status TEXT NOT NULL) STRICT;
CREATE TABLE state_leases (scope TEXT, expires_at INTEGER, heartbeat_at INTEGER, payload_json TEXT) STRICT;`;

export type SessionSpec = {
  readonly key: string;
  readonly entry?: unknown;
  readonly leaf?: string;
  readonly messages?: number;
  readonly needsRebuild?: boolean;
  readonly archivedAt?: number;
};

/** A new database with this schema, closed again unless it is kept by the caller's own work in `fill`. */
export const makeDatabase = async (
  path: string,
  schema: string,
  fill?: (database: DatabaseSync) => void,
): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  try {
    database.exec(schema);
    fill?.(database);
  } finally {
    database.close();
  }
};

export const addSession = (database: DatabaseSync, session: SessionSpec): void => {
  const id = `id-of-${session.key}`;
  database
    .prepare(
      "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at, status, archived_at) VALUES (?, ?, ?, 5, 'done', ?)",
    )
    .run(
      session.key,
      id,
      typeof session.entry === "string" ? session.entry : JSON.stringify(session.entry ?? {}),
      session.archivedAt ?? null,
    );
  database
    .prepare("INSERT INTO session_windows (session_id, session_key, status) VALUES (?, ?, 'done')")
    .run(id, session.key);
  if (session.leaf === undefined) return;
  database
    .prepare(
      "INSERT INTO session_transcript_index_state (session_id, leaf_event_id, active_message_count, needs_rebuild) VALUES (?, ?, ?, ?)",
    )
    .run(id, session.leaf, session.messages ?? null, session.needsRebuild === true ? 1 : 0);
};

export const agentDatabase = (stateDir: string, agent: string): string =>
  join(stateDir, "agents", agent, "agent", "openclaw-agent.sqlite");

export const gatewayDatabase = (stateDir: string): string => join(stateDir, "state", "openclaw.sqlite");
