import type { DatabaseSync } from "node:sqlite";
import { Problem } from "../../../ground/index.ts";
import { trailNames, type TrailName } from "../../vitals/trail.ts";
import { vitalUnits, type VitalUnit } from "../../vitals/vital.ts";

/**
 * The tables of the history, as steps that each bring a file one version up. A step that has shipped is never changed:
 * files of its version exist. `user_version` says how many have been taken.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE gateways (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  -- One row per gateway and step of time; the worst value of the step. step_s is 10, 60 or 900. Numbers are whole, in
  -- fine enough units (see scales in schema.ts), because whole numbers are small on disk. NULL: not known then.
  CREATE TABLE samples (
    step_s INTEGER NOT NULL,
    gateway INTEGER NOT NULL REFERENCES gateways (id),
    at_s INTEGER NOT NULL,
    context_pressure INTEGER, context_usage INTEGER, session_count INTEGER,
    channels_connected INTEGER, channels_configured INTEGER, lag_p99 INTEGER,
    rss INTEGER, cpu INTEGER, queue INTEGER, error_rate INTEGER, model_latency INTEGER, disk_free INTEGER,
    PRIMARY KEY (step_s, gateway, at_s)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alerts (
    id TEXT NOT NULL, fired_at INTEGER NOT NULL, resolved_at INTEGER, gateway TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (id, fired_at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alerts_by_time ON alerts (fired_at);

  CREATE TABLE incidents (id TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE INDEX incidents_by_time ON incidents (opened_at);

  CREATE TABLE marks (at INTEGER NOT NULL, text TEXT NOT NULL, by TEXT NOT NULL, gateway TEXT,
    PRIMARY KEY (at, text)) STRICT, WITHOUT ROWID;

  CREATE TABLE silences (id TEXT PRIMARY KEY, until INTEGER NOT NULL, document TEXT NOT NULL) STRICT;

  -- What people did in one process, for the others to hear of: an event each, in order.
  CREATE TABLE actions (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, document TEXT NOT NULL) STRICT;

  -- Who writes samples and alerts: one process at a time. Others take over when its heart stops.
  CREATE TABLE writer (one INTEGER PRIMARY KEY CHECK (one = 1), owner TEXT NOT NULL, beat_at INTEGER NOT NULL) STRICT;
  `,
  `
  -- How restores in place ended: what the recovery rate is counted from.
  CREATE TABLE restores (at INTEGER NOT NULL, gateway TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (at, gateway)) STRICT, WITHOUT ROWID;
  `,
  `
  -- How much of the fleet the writer sees: one that sees more takes its place.
  ALTER TABLE writer ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;
  -- When people were told that it fires; NULL: whoever leads next has to.
  ALTER TABLE alerts ADD COLUMN told_at INTEGER;
  UPDATE alerts SET told_at = fired_at;
  -- Counts up with every change to any incident, so that others read only what is new.
  ALTER TABLE incidents ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX incidents_by_move ON incidents (moved);
  `,
];

export const currentVersion = migrations.length;

export const migrate = (database: DatabaseSync, path: string): void => {
  const version = versionOf(database);
  if (version > currentVersion) {
    throw new Problem(
      "HISTORY_NEWER",
      `The history ${path} was written by a newer clawback (version ${version}).`,
      {
        hint: "Update this clawback, or move the file away to begin a new history.",
      },
    );
  }
  if (version === currentVersion) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have done it between the look and the lock.
    for (const step of migrations.slice(versionOf(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${currentVersion}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
};

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);

/** Stored = value × scale, rounded. */
const scales: Readonly<Record<VitalUnit, number>> = {
  ratio: 10_000,
  count: 1,
  bytes: 1 / 1024,
  ms: 10,
  cores: 1_000,
};

const scaleOf = (name: TrailName): number => scales[vitalUnits[name]];

export const stored = (name: TrailName, value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Math.round(value * scaleOf(name));

export const restored = (name: TrailName, value: unknown): number =>
  typeof value === "number" || typeof value === "bigint" ? Number(value) / scaleOf(name) : Number.NaN;

export const columns = trailNames.join(", ");

/** Of these the smallest value of a step is the worst. */
export const lowIsWorse: ReadonlySet<TrailName> = new Set(["channels_connected", "disk_free"]);
