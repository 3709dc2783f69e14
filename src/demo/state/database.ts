import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** A new database as a gateway makes it: pages of 4096, incremental auto-vacuum, WAL, readable by its owner alone. */
export const createDatabase = (path: string, schema: string, schemaVersion: number): DatabaseSync => {
  const database = new DatabaseSync(path);
  chmodSync(path, 0o600);
  // Nothing here outlives the demo, so no commit waits for the disk.
  database.exec(
    `PRAGMA page_size = 4096; PRAGMA auto_vacuum = 2; PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;
     BEGIN; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT;`,
  );
  return database;
};

export const openDatabase = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;");
  return database;
};

/**
 * Leaves the files as a killed process does: what was committed last stands in the log beside the database. Closing
 * would fold it in, so both files are put back as they were the moment before.
 */
export const abandonDatabase = (database: DatabaseSync, path: string): void => {
  const kept = [path, `${path}-wal`]
    .filter((file) => existsSync(file))
    .map((file) => ({ file, content: readFileSync(file) }));
  database.close();
  for (const { file, content } of kept) writeFileSync(file, content, { mode: 0o600 });
};

/** All or nothing. */
export const inTransaction = (database: DatabaseSync, run: () => void): void => {
  database.exec("BEGIN IMMEDIATE");
  try {
    run();
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
};
