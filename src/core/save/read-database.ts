import { lstatSync } from "node:fs";
import type { DatabaseMark } from "../database/capture-words.ts";
import { walFrameHeaderBytes, walHeaderBytes } from "../database/wal-index.ts";
import { bytePath, type BytePath } from "../manifest/byte-path.ts";
import { joinBytes } from "../manifest/id-list.ts";
import { fileStatOf, type FileStat } from "../source/file-stat.ts";
import { Reach } from "../source/reach.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { isSame, type Sorted } from "./classify.ts";
import { bytesAt, type DatabaseFiles } from "./find-databases.ts";

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

export type ReadFiles = (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>;

/** Parts of a database that several threads may read; whole blocks of 64 KiB. */
const partBytes = 16 * 1024 * 1024;

/** What came of one database. */
type Outcome =
  | { readonly failed: undefined; readonly resolutions: readonly (readonly [Sorted, Resolution])[] }
  | { readonly failed: string; readonly again: boolean };

/** What is to be read of one database, and what to make of what was read. */
type DatabasePlan = {
  readonly files: DatabaseFiles;
  readonly settle: (results: Results, standing: boolean) => Outcome;
};

type Results = ReadonlyMap<number, ReadResult>;

/** Jobs of all databases, numbered, so that answers find their way back. */
export class JobList {
  readonly #jobs: ReadJob[] = [];

  add(job: Omit<ReadJob, "number">): number {
    return this.#jobs.push({ ...job, number: this.#jobs.length }) - 1;
  }

  async run(read: ReadFiles): Promise<Results> {
    const answers = await Promise.all(this.#jobs.map((job) => read([job])));
    return new Map(answers.flat().map((result) => [result.number, result]));
  }
}

export const planDatabase = (
  files: DatabaseFiles,
  mark: DatabaseMark | undefined,
  baseScannedAtNs: bigint,
  jobs: JobList,
): DatabasePlan => {
  if (mark === undefined || mark.kind === "failed") {
    const reason = mark?.reason ?? "it was not looked at";
    return { files, settle: () => ({ failed: reason, again: false }) };
  }
  const main = planFile(files.main, undefined, baseScannedAtNs, jobs, {
    kind: "pages",
    pageBytes: mark.pageBytes,
  });
  const walBytes = mark.kind === "wal" ? mark.walBytes : 0;
  const wal =
    files.wal === undefined
      ? undefined
      : walBytes === 0
        ? { sorted: files.wal, settle: (): Resolution => ({ kind: "dropped" }) }
        : planFile(files.wal, walBytes, baseScannedAtNs, jobs, { kind: "content" });
  return {
    files,
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
      const resolutions: (readonly [Sorted, Resolution])[] = [[files.main, mainDone]];
      if (files.wal !== undefined && walDone !== undefined) {
        const check = mark.kind === "wal" && walBytes > 0 ? checkWal(files.main, mark) : "whole";
        if (check === "different") return { failed: "its log does not hold what it should", again: true };
        // The log was begun anew: SQLite allows that only when everything up to our mark is in the main file.
        resolutions.push([files.wal, check === "begun-anew" ? { kind: "dropped" } : walDone]);
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
