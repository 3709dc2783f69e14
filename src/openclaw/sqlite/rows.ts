import type { DatabaseSync } from "node:sqlite";
import { harmlessLine } from "../../ground/index.ts";

/** A row as SQLite hands it out: nothing about its shape is known. */
export type Row = Readonly<Record<string, unknown>>;

export const numberOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
};

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Text for a person: harmless, and at most a line of it. */
export const lineOf = (value: unknown, limit = 300): string | undefined => {
  const text = textOf(value);
  return text === undefined ? undefined : harmlessLine(text, limit);
};

/** The given fields without those that are not known, as `exactOptionalPropertyTypes` wants them. */
export const known = <T extends Record<string, unknown>>(
  fields: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } => {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- exactly the fields of T, less the undefined ones
  return Object.fromEntries(entries) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
};

export const columnsOf = (database: DatabaseSync, table: string): ReadonlySet<string> =>
  new Set(
    database
      .prepare(`PRAGMA table_info(${quoted(table)})`)
      .all()
      .flatMap((column) => textOf(column["name"]) ?? []),
  );

export const userVersionOf = (database: DatabaseSync): number => pragmaOf(database, "user_version");

/** What is in use of it at this moment, wherever the pages stand: in the file or still in its log. */
export const usedBytesOf = (database: DatabaseSync): number =>
  (pragmaOf(database, "page_count") - pragmaOf(database, "freelist_count")) * pragmaOf(database, "page_size");

const pragmaOf = (database: DatabaseSync, name: string): number =>
  numberOf(database.prepare(`PRAGMA ${name}`).get()?.[name]) ?? 0;

/** A name as SQL takes it, whatever is in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `name` when the table has the column, else NULL under the same name: one statement for every schema. */
export const columnOrNull = (columns: ReadonlySet<string>, name: string): string =>
  columns.has(name) ? quoted(name) : `NULL AS ${quoted(name)}`;
