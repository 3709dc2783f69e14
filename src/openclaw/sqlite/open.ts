import { realpathSync, statSync } from "node:fs";
import type { constants, DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { reasonOf } from "../../ground/index.ts";
import { findingAt, type StateFinding } from "../finding.ts";

/**
 * How somebody else's live database is read without leaving a mark on it:
 *
 * - With a write-ahead log beside it, it is opened read-only, in one short read transaction. SQLite touches nothing
 *   but the locks in its shared memory; the log is neither checkpointed nor deleted. A log without shared memory (a
 *   copy, or a host that lost power) makes SQLite create that file: it is scratch, and the next start replaces it.
 * - Without a log nobody has it open in that mode, and a plain read-only open would leave an empty log and shared
 *   memory behind. So it is opened as immutable, which takes no lock at all. If a gateway starts meanwhile, the file
 *   changes or companions appear, and what was read is read again.
 * - It is never opened for writing, never checkpointed, never vacuumed, and none of its files is ever opened other than
 *   through SQLite: closing such a descriptor would drop the locks that this process holds on the file.
 * - The columns that may be read are listed. SQLite itself refuses all others, so no message text can get out.
 */
export type ReadColumns = Readonly<Record<string, readonly string[]>>;

export type DatabaseAnswer<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "absent" }
  | { readonly kind: "finding"; readonly finding: StateFinding };

/** How long a writer may keep us waiting: long for a commit, short for a screen. */
const busyTimeoutMs = 250;
/** How often a database that changes under an immutable read is read again. */
const attempts = 4;

export const readDatabase = <T>(
  written: string,
  columns: ReadColumns,
  read: (database: DatabaseSync) => T,
): DatabaseAnswer<T> => {
  // Companions stand beside the file itself, not beside a link to it.
  const path = followed(written);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    let before: Look | undefined;
    try {
      before = lookAt(path);
      if (before === undefined) return { kind: "absent" };
      const value = readOnce(path, before.logged, columns, read);
      if (before.logged || sameLook(before, lookAt(path))) return { kind: "read", value };
    } catch (error) {
      if (before?.logged === false && !sameLook(before, lookAt(path))) continue;
      return { kind: "finding", finding: findingOf(path, error) };
    }
  }
  return {
    kind: "finding",
    finding: findingAt(
      "STATE_DATABASE_CHANGING",
      path,
      "changed each time while it was read",
      "A writer that keeps no write-ahead log is busy with it. Try again in a moment.",
    ),
  };
};

const followed = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // Not there, or not to be looked at: the look at it says which.
    return path;
  }
};

const readOnce = <T>(
  path: string,
  logged: boolean,
  columns: ReadColumns,
  read: (database: DatabaseSync) => T,
): T => {
  const address = pathToFileURL(path);
  if (!logged) address.searchParams.set("immutable", "1");
  // Loaded here, because most commands open no database.
  const sqlite = process.getBuiltinModule("node:sqlite");
  const database = new sqlite.DatabaseSync(address, {
    readOnly: true,
    timeout: busyTimeoutMs,
    enableForeignKeyConstraints: false,
    allowExtension: false,
  });
  try {
    // A hostile file must not run code through views, triggers or defaults; and it is not worth memory.
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cache_size = -2048; BEGIN");
    database.setAuthorizer(allowing(columns, sqlite.constants));
    return read(database);
  } finally {
    database.close();
  }
};

const allowing =
  (columns: ReadColumns, sqlite: typeof constants) =>
  (action: number, first: string | null, second: string | null): number => {
    switch (action) {
      case sqlite.SQLITE_SELECT:
      case sqlite.SQLITE_FUNCTION:
      case sqlite.SQLITE_RECURSIVE:
        return sqlite.SQLITE_OK;
      case sqlite.SQLITE_PRAGMA:
        return first !== null && readablePragmas.has(first) ? sqlite.SQLITE_OK : sqlite.SQLITE_DENY;
      case sqlite.SQLITE_READ:
        // Counting rows reads no column.
        return first !== null && (second === "" || second === null || mayRead(columns, first, second))
          ? sqlite.SQLITE_OK
          : sqlite.SQLITE_DENY;
      default:
        return sqlite.SQLITE_DENY;
    }
  };

const readablePragmas = new Set(["table_info", "user_version", "page_count", "page_size", "freelist_count"]);

const mayRead = (columns: ReadColumns, table: string, column: string): boolean =>
  table === "sqlite_master" ||
  table === "sqlite_schema" ||
  (Object.hasOwn(columns, table) && columns[table]?.includes(column) === true);

type Look = { readonly logged: boolean; readonly stamp: string };

/** What can be seen of a database without opening it. `logged` when a log or journal stands beside it. */
const lookAt = (path: string): Look | undefined => {
  const main = stampOf(path);
  if (main === undefined) return undefined;
  const companions = ["-wal", "-journal"].map((suffix) => stampOf(`${path}${suffix}`));
  return {
    logged: companions.some((stamp) => stamp !== undefined),
    stamp: [main, ...companions].join(" "),
  };
};

const stampOf = (path: string): string | undefined => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  // Opening a pipe in the place of a database would wait for ever.
  if (stat !== undefined && !stat.isFile()) throw new Error("not a regular file");
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;
};

const sameLook = (before: Look, after: Look | undefined): boolean => before.stamp === after?.stamp;

const findingOf = (path: string, error: unknown): StateFinding => {
  const code =
    error instanceof Error && "errcode" in error && typeof error.errcode === "number"
      ? error.errcode & 0xff
      : undefined;
  switch (code ?? 0) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return findingAt(
        "STATE_DATABASE_BUSY",
        path,
        "is held by another process",
        "Try again in a moment; when it lasts, see which process has it open.",
      );
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return findingAt(
        "STATE_DATABASE_DAMAGED",
        path,
        `is damaged: ${reasonOf(error)}`,
        "Take it back from the newest snapshot that verifies. Do not let the gateway write to it.",
      );
    default:
      return findingAt(
        "STATE_DATABASE_UNREADABLE",
        path,
        `cannot be read: ${reasonOf(error)}`,
        "Run as the user that owns the state directory: a database with a log needs its directory writable, or its shared memory there.",
      );
  }
};
