import { pair, type Pair } from "./sessions.ts";

/** How many rows each table of one database has. */
export type DatabaseFacts = {
  readonly path: string;
  readonly userVersion: number;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
};

export type DatabaseChange = {
  readonly path: string;
  /** null: the database was not there. */
  readonly schema: Pair<number>;
  /** Only those whose number of rows is another; null: the table was not there. */
  readonly tables: readonly ({ readonly name: string } & Pair<number>)[];
};

/** Databases with nothing to tell are left out. */
export const compareDatabases = (
  before: readonly DatabaseFacts[],
  after: readonly DatabaseFacts[],
): readonly DatabaseChange[] => {
  const old = new Map(before.map((database) => [database.path, database]));
  const now = new Map(after.map((database) => [database.path, database]));
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const left = old.get(path);
    const right = now.get(path);
    const schema = pair(left?.userVersion, right?.userVersion);
    const tables = tablesOf(left, right);
    return schema.before === schema.after && tables.length === 0 ? [] : [{ path, schema, tables }];
  });
};

const tablesOf = (
  before: DatabaseFacts | undefined,
  after: DatabaseFacts | undefined,
): DatabaseChange["tables"] => {
  const old = new Map(before?.tables.map(({ name, rows }) => [name, rows]));
  const now = new Map(after?.tables.map(({ name, rows }) => [name, rows]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((name) => ({ name, ...pair(old.get(name), now.get(name)) }))
    .filter((table) => table.before !== table.after);
};
