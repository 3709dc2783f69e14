import { closeSync, constants, openSync, readSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { syncAndClose } from "../system/files.ts";
import { sqlite } from "../system/late.ts";
import { errnoOf, ExitCode, Problem, reasonOf, shellWord } from "../../ground/index.ts";
import { isSqliteHeader, leaseTables, sqliteHeaderBytes } from "../../openclaw/index.ts";

/** Rows that would act again: messages on their way out must not be sent a second time. */
const queueTables = ["delivery_queue_entries"] as const;

/** For the file system: a name that is no text is handed over as its bytes. */
export type StagedPlace = string | Buffer;

export type CleanedDatabase = {
  readonly path: string;
  readonly leases: number;
  readonly deliveries: number;
};

export const isDatabase = (path: StagedPlace): boolean => {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    // Its own mode closes it to us, and so to a gateway.
    if (errnoOf(error) !== "EACCES") throw error;
    return false;
  }
  try {
    const bytes = Buffer.alloc(sqliteHeaderBytes);
    return readSync(file, bytes, 0, bytes.length, 0) === bytes.length && isSqliteHeader(bytes);
  } finally {
    closeSync(file);
  }
};

export const syncFile = (path: StagedPlace): void => {
  syncAndClose(openSync(path, "r+"));
};

/**
 * A check reads each page twice, one call of the system a page, unless it looks at them where the system holds them: then
 * it takes a third of the time. No other process knows of the file, so that it cannot become shorter meanwhile.
 */
const mapping = (bytes: number): string => `PRAGMA mmap_size = ${bytes}`;

/**
 * Makes a staged copy of a gateway's database ready to be started on: takes out the rows that name the process which
 * held it when it was saved, checks it, and leaves one file without a log.
 */
export const cleanDatabase = (path: StagedPlace, label: string, mappedBytes: number): CleanedDatabase => {
  try {
    using database = new (sqlite().DatabaseSync)(path, {
      enableForeignKeyConstraints: false,
      allowExtension: false,
    });
    database.exec("PRAGMA trusted_schema = OFF");
    database.exec(mapping(mappedBytes));
    const drop = (tables: readonly string[]): number =>
      tables.reduce((sum, table) => sum + dropRows(database, table), 0);
    const leases = drop(leaseTables);
    const deliveries = drop(queueTables);
    const verdict = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
    if (verdict !== "ok") throw new Error(String(verdict));
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return { path: label, leases, deliveries };
  } catch (error) {
    throw new Problem(
      "STAGED_DATABASE_DAMAGED",
      `${label} as the snapshot holds it is not a whole database (${reasonOf(error)}).`,
      {
        hint: `It was like that when the snapshot was taken. Take an older one, or leave it as it is now: --except ${shellWord(label)}`,
        exit: ExitCode.refused,
        cause: error,
      },
    );
  }
};

const dropRows = (database: DatabaseSync, table: string): number => {
  const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table);
  if (found === undefined) return 0;
  return Number(database.prepare(`DELETE FROM "${table}"`).run().changes);
};
