import { closeSync, constants, lstatSync, openSync, readSync } from "node:fs";
import type { Capture } from "../database/capture.ts";
import { CaptureLost, holdDatabases } from "../database/capture.ts";
import type { DatabaseMark } from "../database/capture-words.ts";
import { databaseHeaderBytes, mayBeDatabase, parseDatabaseHeader } from "../database/database-header.ts";
import { walFrameHeaderBytes, walHeaderBytes } from "../database/wal-index.ts";
import type { Finding } from "../findings.ts";
import { bytePath, pathText, type BytePath } from "../manifest/byte-path.ts";
import { joinBytes } from "../manifest/id-list.ts";
import { fileStatOf, type FileStat } from "../source/file-stat.ts";
import { Reach } from "../source/reach.ts";
import { errorCode } from "../system/files.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { isSame, type Sorted } from "./classify.ts";

/** What becomes of one name that belongs to a database. */
export type Resolution =
  | { readonly kind: "carried"; readonly stat: FileStat }
  | {
      readonly kind: "read";
      readonly stat: FileStat;
      readonly sizeBytes: number;
      readonly ids: Uint8Array;
      readonly database: boolean;
    }
  /** Not in the snapshot: made again by SQLite, or part of a database that could not be captured. */
  | { readonly kind: "dropped" };

type Group = {
  readonly main: Sorted;
  readonly wal: Sorted | undefined;
  /** Shared memory and rollback journal: never in a snapshot. */
  readonly others: readonly Sorted[];
};

type ReadFiles = (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>;

/** Parts of a database that several threads may read; whole blocks of 64 KiB. */
const partBytes = 16 * 1024 * 1024;
const maxAttempts = 3;

export type DatabaseSave = {
  readonly sorted: readonly Sorted[];
  readonly baseScannedAtNs: bigint;
  readonly read: ReadFiles;
  readonly signal: AbortSignal;
};

export const findDatabases = (sorted: readonly Sorted[]): readonly Group[] => {
  const companions = new Map<string, Sorted>();
  for (const each of sorted) {
    if (each.item.stat.type === "file" && /-(wal|shm|journal)$/.test(each.item.path))
      companions.set(each.item.path, each);
  }
  const groups: Group[] = [];
  for (const each of sorted) {
    if (each.item.stat.type !== "file" || !isDatabase(each)) continue;
    const beside = (suffix: string) => companions.get(`${each.item.path}${suffix}`);
    const others = [beside("-shm"), beside("-journal")].filter((other) => other !== undefined);
    groups.push({ main: each, wal: beside("-wal"), others });
  }
  return groups;
};

const isDatabase = ({ item, before, what }: Sorted): boolean => {
  if (what.kind === "carried") return before?.node.type === "file" && before.node.content.database;
  if (what.kind !== "to-read" || !mayBeDatabase(item.stat.sizeBytes)) return false;
  const head = firstBytes(item.absolute, databaseHeaderBytes);
  return head !== undefined && parseDatabaseHeader(head) !== undefined;
};

export const firstBytes = (path: BytePath, length: number): Buffer | undefined => bytesAt(path, 0, length);

const bytesAt = (path: BytePath, position: number, length: number): Buffer | undefined => {
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
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
};

/**
 * All databases as one point in time. Nothing is captured when none of them changed; when one did, every one is held,
 * so that those which did not change are known to belong to the same moment.
 */
export const saveDatabases = async (
  groups: readonly Group[],
  save: DatabaseSave,
): Promise<{
  readonly resolutions: ReadonlyMap<Sorted, Resolution>;
  readonly findings: readonly Finding[];
}> => {
  const resolutions = new Map<Sorted, Resolution>();
  for (const other of groups.flatMap((group) => group.others)) resolutions.set(other, { kind: "dropped" });
  const changed = groups.some(
    ({ main, wal }) => main.what.kind === "to-read" || (wal !== undefined && wal.what.kind === "to-read"),
  );
  if (!changed) return { resolutions, findings: [] };
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === maxAttempts;
    try {
      return await captureOnce(groups, save, resolutions, last);
    } catch (error) {
      if (!(error instanceof CaptureLost)) throw error;
      if (!last) continue;
      return {
        resolutions: droppedAll(groups, resolutions),
        findings: groups.map(({ main }) => notCaptured(main, error.message)),
      };
    }
  }
};

const captureOnce = async (
  groups: readonly Group[],
  save: DatabaseSave,
  others: ReadonlyMap<Sorted, Resolution>,
  last: boolean,
): Promise<{
  readonly resolutions: ReadonlyMap<Sorted, Resolution>;
  readonly findings: readonly Finding[];
}> => {
  const resolutions = new Map(others);
  const findings: Finding[] = [];
  await using capture: Capture = await holdDatabases(
    groups.map(({ main }) => main.item.absolute),
    save.signal,
  );
  const jobs = new JobList();
  const plans = groups.map((group, at) => planGroup(group, capture.marks[at], save.baseScannedAtNs, jobs));
  const results = await jobs.run(save.read);
  const standing = await capture.confirm();
  plans.forEach((plan, at) => {
    const outcome = plan.settle(results, standing[at] === true);
    if (outcome.failed === undefined) {
      for (const [sorted, resolution] of outcome.resolutions) resolutions.set(sorted, resolution);
      return;
    }
    // What was marked is gone although a fresh attempt may find it: all of them again, to stay one point in time.
    if (outcome.again && !last) throw new CaptureLost(outcome.failed);
    for (const each of [plan.group.main, plan.group.wal])
      if (each !== undefined) resolutions.set(each, { kind: "dropped" });
    findings.push(notCaptured(plan.group.main, outcome.failed));
  });
  return { resolutions, findings };
};

const droppedAll = (
  groups: readonly Group[],
  others: ReadonlyMap<Sorted, Resolution>,
): ReadonlyMap<Sorted, Resolution> => {
  const resolutions = new Map(others);
  for (const { main, wal } of groups) {
    resolutions.set(main, { kind: "dropped" });
    if (wal !== undefined) resolutions.set(wal, { kind: "dropped" });
  }
  return resolutions;
};

const notCaptured = ({ item }: Sorted, reason: string): Finding => ({
  code: "DATABASE_NOT_CAPTURED",
  path: pathText(item.path),
  message: `The database ${pathText(item.path)} is not in the snapshot: ${reason}.`,
  hint: /lock|busy/i.test(reason)
    ? "Another program holds it for itself. Save again when it is done, or leave the file out."
    : "Check the database with `PRAGMA integrity_check`. A plain copy would not be trustworthy, so none was made.",
});

type Outcome =
  | { readonly failed: undefined; readonly resolutions: readonly (readonly [Sorted, Resolution])[] }
  | { readonly failed: string; readonly again: boolean };

type GroupPlan = {
  readonly group: Group;
  readonly settle: (results: Results, standing: boolean) => Outcome;
};

type Results = ReadonlyMap<number, ReadResult>;

/** Jobs of all databases, numbered, so that answers find their way back. */
class JobList {
  readonly #jobs: ReadJob[] = [];

  add(job: Omit<ReadJob, "number">): number {
    return this.#jobs.push({ ...job, number: this.#jobs.length }) - 1;
  }

  async run(read: ReadFiles): Promise<Results> {
    const answers = await Promise.all(this.#jobs.map((job) => read([job])));
    return new Map(answers.flat().map((result) => [result.number, result]));
  }
}

const planGroup = (
  group: Group,
  mark: DatabaseMark | undefined,
  baseScannedAtNs: bigint,
  jobs: JobList,
): GroupPlan => {
  if (mark === undefined || mark.kind === "failed") {
    const reason = mark?.reason ?? "it was not looked at";
    return { group, settle: () => ({ failed: reason, again: false }) };
  }
  const main = planFile(group.main, undefined, baseScannedAtNs, jobs, {
    kind: "pages",
    pageBytes: mark.pageBytes,
  });
  const walBytes = mark.kind === "wal" ? mark.walBytes : 0;
  const wal =
    group.wal === undefined
      ? undefined
      : walBytes === 0
        ? { sorted: group.wal, settle: (): Resolution => ({ kind: "dropped" }) }
        : planFile(group.wal, walBytes, baseScannedAtNs, jobs, { kind: "content" });
  return {
    group,
    settle: (results, standing) => {
      if (!standing) return { failed: "it was opened or changed while it was copied", again: true };
      if (walBytes > 0 && wal === undefined) {
        // The log came to be after the scan.
        return { failed: "its log appeared while it was looked at", again: true };
      }
      const mainDone = main.settle(results);
      const walDone = wal?.settle(results);
      if (mainDone === undefined || (wal !== undefined && walDone === undefined)) {
        return { failed: "it could not be read", again: true };
      }
      const resolutions: (readonly [Sorted, Resolution])[] = [[group.main, mainDone]];
      if (group.wal !== undefined && walDone !== undefined) {
        const check = mark.kind === "wal" && walBytes > 0 ? checkWal(group.main, mark) : "whole";
        if (check === "different") return { failed: "its log does not hold what it should", again: true };
        // The log was begun anew: SQLite allows that only when everything up to our mark is in the main file.
        resolutions.push([group.wal, check === "begun-anew" ? { kind: "dropped" } : walDone]);
      }
      return { failed: undefined, resolutions };
    },
  };
};

const planFile = (
  sorted: Sorted,
  endAt: number | undefined,
  baseScannedAtNs: bigint,
  jobs: JobList,
  cutting: ReadJob["cutting"],
): { readonly settle: (results: Results) => Resolution | undefined } => {
  const { absolute } = sorted.item;
  const stat = statNow(absolute);
  if (stat === undefined) return { settle: () => undefined };
  const { before } = sorted;
  const end = Math.min(stat.sizeBytes, endAt ?? stat.sizeBytes);
  if (
    before?.node.type === "file" &&
    before.node.sizeBytes === end &&
    isSame(before, stat, baseScannedAtNs)
  ) {
    return { settle: () => ({ kind: "carried", stat }) };
  }
  const step = cutting.kind === "pages" ? partBytes : Math.max(end, 1);
  const numbers: number[] = [];
  for (let startAt = 0; startAt < end; startAt += step) {
    numbers.push(jobs.add({ absolute, cutting, startAt, endAt: Math.min(end, startAt + step) }));
  }
  return {
    settle: (results) => {
      const parts = numbers.map((number) => results.get(number)).filter((part) => part?.kind === "read");
      if (parts.length < numbers.length) return undefined;
      return {
        kind: "read",
        stat,
        sizeBytes: parts.reduce((sum, part) => sum + part.bytes, 0),
        ids: joinBytes(parts.map((part) => part.ids)),
        database: cutting.kind === "pages",
      };
    },
  };
};

const statNow = (path: BytePath): FileStat | undefined => {
  using reach = new Reach();
  const stat = lstatSync(reach.at(path), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : fileStatOf(stat);
};

/** Whether the log that was read is the one the transaction began on. */
const checkWal = (
  main: Sorted,
  mark: Extract<DatabaseMark, { readonly kind: "wal" }>,
): "whole" | "begun-anew" | "different" => {
  const path = bytePath(`${main.item.absolute}-wal`);
  const header = bytesAt(path, 0, walHeaderBytes);
  if (header === undefined || header.subarray(16, 24).toString("hex") !== mark.salt) return "begun-anew";
  const lastFrame = bytesAt(path, mark.walBytes - walFrameHeaderBytes - mark.pageBytes, walFrameHeaderBytes);
  const same =
    lastFrame?.length === walFrameHeaderBytes &&
    lastFrame.readUInt32BE(16) === mark.checksum[0] &&
    lastFrame.readUInt32BE(20) === mark.checksum[1];
  return same ? "whole" : "different";
};
