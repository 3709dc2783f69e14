import { closeSync, constants, openSync, readSync } from "node:fs";
import { errnoOf } from "../../ground/index.ts";
import { databaseHeaderBytes, mayBeDatabase, parseDatabaseHeader } from "../database/database-header.ts";
import type { BytePath } from "../manifest/byte-path.ts";
import { Reach } from "../source/reach.ts";
import type { Sorted } from "./classify.ts";

/** A database and what SQLite keeps beside it. */
export type DatabaseFiles = {
  readonly main: Sorted;
  readonly wal: Sorted | undefined;
  /** Shared memory and rollback journal: never in a snapshot. */
  readonly others: readonly Sorted[];
};

export const findDatabases = (sorted: readonly Sorted[]): readonly DatabaseFiles[] => {
  const companions = new Map<string, Sorted>();
  for (const each of sorted) {
    if (each.item.stat.type === "file" && /-(wal|shm|journal)$/.test(each.item.path))
      companions.set(each.item.path, each);
  }
  const groups: DatabaseFiles[] = [];
  for (const each of sorted) {
    if (each.item.stat.type !== "file" || !isDatabase(each)) continue;
    const beside = (suffix: string) => companions.get(`${each.item.path}${suffix}`);
    const others = [beside("-shm"), beside("-journal")].filter((other) => other !== undefined);
    groups.push({ main: each, wal: beside("-wal"), others });
  }
  return groups;
};

/** Whether a file is neither one of these databases nor kept beside one. */
export const isNoneOf = (databases: readonly DatabaseFiles[]): ((sorted: Sorted) => boolean) => {
  const theirs = new Set(databases.flatMap(({ main, wal, others }) => [main, wal, ...others]));
  return (sorted) => !theirs.has(sorted);
};

const isDatabase = ({ item, before, what }: Sorted): boolean => {
  if (what.kind === "carried") return before?.node.type === "file" && before.node.content.database;
  if (what.kind !== "to-read" || !mayBeDatabase(item.stat.sizeBytes)) return false;
  const head = firstBytes(item.absolute, databaseHeaderBytes);
  return head !== undefined && parseDatabaseHeader(head) !== undefined;
};

export const firstBytes = (path: BytePath, length: number): Buffer | undefined => bytesAt(path, 0, length);

/** As many as there are; nothing when the file cannot be opened. */
export const bytesAt = (path: BytePath, position: number, length: number): Buffer | undefined => {
  using reach = new Reach();
  try {
    const file = openSync(reach.at(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const into = Buffer.alloc(length);
      return into.subarray(0, readSync(file, into, 0, length, position));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // Gone or closed to us: the reading of the file itself says so.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
};
