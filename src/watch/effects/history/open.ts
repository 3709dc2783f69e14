import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isProblem, Problem } from "../../../ground/index.ts";
import { migrate } from "./schema.ts";

export type Opened = {
  readonly database: DatabaseSync;
  /** Where a file that was no sound history has been put. */
  readonly putAside?: string;
};

/**
 * Opens the history, making it where there is none: 0600 in a directory of 0700, since it says when people worked. A
 * damaged file is put aside rather than lost or fought with; the watch must go on.
 */
export const openDatabase = (path: string, now: number): Opened => {
  try {
    return { database: connect(path) };
  } catch (error) {
    if (!isDamage(error)) throw wrapped(path, error);
    const putAside = `${path}.damaged-${now}`;
    renameSync(path, putAside);
    for (const tail of ["-wal", "-shm"]) rmSync(`${path}${tail}`, { force: true });
    return { database: connect(path), putAside };
  }
};

const connect = (path: string): DatabaseSync => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite gives -wal and -shm the mode of the file itself, so its mode must be right before it is opened.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: 2_000 });
  try {
    database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL");
    // In WAL mode a crash of the machine may cost the last transactions, and never the file.
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA journal_size_limit = 8388608");
    migrate(database, path);
    database.prepare("SELECT count(*) FROM gateways").get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

// SQLITE_CORRUPT and SQLITE_NOTADB.
const isDamage = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (error.errcode === 11 || error.errcode === 26);

const wrapped = (path: string, error: unknown): Problem =>
  isProblem(error)
    ? error
    : new Problem(
        "HISTORY_UNAVAILABLE",
        `The history ${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}.`,
        {
          hint: "Check that the directory exists and belongs to you; watching goes on without a memory.",
          cause: error,
        },
      );
