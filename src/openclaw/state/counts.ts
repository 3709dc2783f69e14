import type { DatabaseSync } from "node:sqlite";
import { readDatabase, type DatabaseAnswer } from "../sqlite/open.ts";
import { numberOf, quoted, textOf, userVersionOf } from "../sqlite/rows.ts";
import type { DatabaseCounts } from "./records.ts";

/** OpenClaw's largest has 110 tables; a bound against a file made to keep us busy. */
const tableLimit = 2_000;

/** How many rows each table of a database has: what a comparison shows of it. No column is read. */
export const countRows = (path: string): DatabaseAnswer<DatabaseCounts> =>
  readDatabase(path, {}, (database) => ({
    userVersion: userVersionOf(database),
    tables: ordinaryTables(database).map((name) => ({
      name,
      rows: numberOf(database.prepare(`SELECT count(*) AS n FROM ${quoted(name)}`).get()?.["n"]) ?? 0,
    })),
  }));

/** Without SQLite's own tables, virtual tables and the tables those keep their data in. */
const ordinaryTables = (database: DatabaseSync): readonly string[] => {
  const tables = database
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT ${tableLimit}`)
    .all()
    .flatMap((row) => {
      const name = textOf(row["name"]);
      return name === undefined
        ? []
        : [{ name, isVirtual: /^\s*create\s+virtual/i.test(textOf(row["sql"]) ?? "") }];
    });
  const virtual = tables.filter((table) => table.isVirtual).map((table) => `${table.name}_`);
  const shadow = /_(?:data|idx|content|docsize|config|rows|node|parent|rowid|segments|segdir|stat)$/;
  return tables
    .filter(({ name, isVirtual }) => !isVirtual && !name.startsWith("sqlite_"))
    .filter(({ name }) => !(shadow.test(name) && virtual.some((prefix) => name.startsWith(prefix))))
    .map(({ name }) => name);
};
