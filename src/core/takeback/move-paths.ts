import type { DatabaseSync } from "node:sqlite";
import { sqlite } from "../system/late.ts";
import { pathColumns } from "../../openclaw/index.ts";
import { syncFile, type StagedPlace } from "./clean-databases.ts";
import { stagedDatabases } from "./clean-staged.ts";

/** A directory of the state that lies elsewhere now. */
export type PathMove = { readonly from: string; readonly to: string };

/** Rows of one column that name a place of the old state. */
export type MovedRows = {
  readonly database: string;
  readonly table: string;
  readonly column: string;
  readonly rows: number;
};

/**
 * Names the new places instead of the old ones in the databases of a state that was laid out somewhere, or only counts
 * where they stand. Only columns that OpenClaw follows are touched: what was said in a conversation stays as it was.
 */
export const movePaths = (
  top: string,
  moves: readonly PathMove[],
  how: "rewrite" | "count",
): readonly MovedRows[] =>
  stagedDatabases(top).flatMap(({ path, absolute }) => {
    const moved = moveIn(absolute, moves, how).map((each) => ({ database: path, ...each }));
    if (how === "rewrite" && moved.length > 0) syncFile(absolute);
    return moved;
  });

const moveIn = (
  path: StagedPlace,
  moves: readonly PathMove[],
  how: "rewrite" | "count",
): readonly Omit<MovedRows, "database">[] => {
  using database = new (sqlite().DatabaseSync)(path, {
    enableForeignKeyConstraints: false,
    allowExtension: false,
  });
  database.exec("PRAGMA trusted_schema = OFF");
  const found = pathColumns.flatMap(({ table, column }) => {
    if (!hasColumn(database, table, column)) return [];
    const rows = moves.reduce((sum, move) => sum + rowsOf(database, table, column, move, how), 0);
    return rows === 0 ? [] : [{ table, column, rows }];
  });
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return found;
};

const hasColumn = (database: DatabaseSync, table: string, column: string): boolean =>
  database.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, column) !== undefined;

/** A path ends where a slash, a quote or the text ends: `/home/dev` must not turn `/home/developer` into something else. */
const rowsOf = (
  database: DatabaseSync,
  table: string,
  column: string,
  { from, to }: PathMove,
  how: "rewrite" | "count",
): number => {
  const name = `"${column}"`;
  const where = `${name} = ?1 OR instr(${name}, ?1 || '/') > 0 OR instr(${name}, ?1 || '"') > 0`;
  if (how === "count") {
    return Number(
      database.prepare(`SELECT count(*) AS n FROM "${table}" WHERE ${where}`).get(from)?.["n"] ?? 0,
    );
  }
  return Number(
    database
      .prepare(
        `UPDATE "${table}" SET ${name} = CASE WHEN ${name} = ?1 THEN ?2
           ELSE replace(replace(${name}, ?1 || '/', ?2 || '/'), ?1 || '"', ?2 || '"') END WHERE ${where}`,
      )
      .run(from, to).changes,
  );
};
