import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { errnoOf } from "../../ground/index.ts";
import { idOf, sameId } from "../chunk/chunk-id.ts";
import type { BytePath } from "../manifest/byte-path.ts";
import type { Content } from "../manifest/entry.ts";
import type { Reach } from "../source/reach.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { PresentFiles, type PresentFile } from "../tree/present-file.ts";
import { isHeldBy, pourContent, type ContentSink } from "../tree/read-tree.ts";
import { Stretch } from "../tree/stretch.ts";
import type { Placing } from "./placing.ts";

export type WriteJob = {
  readonly number: number;
  readonly path: BytePath;
  readonly mode: number;
  readonly owner: Owner | undefined;
  readonly mtimeNs: bigint;
  readonly sizeBytes: number;
  readonly content: Content;
  /** Something may stand there from a restore that was interrupted: what is right is left alone. */
  readonly resume: boolean;
  readonly sync: boolean;
};

export type Owner = { readonly uid: number; readonly gid: number };

export type WriteResult =
  | {
      readonly number: number;
      readonly kind: "written" | "already-right";
      readonly ownerKept: boolean;
      /** Of the content, found in the file that was present. */
      readonly presentBytes: number;
    }
  | { readonly number: number; readonly kind: "failed"; readonly reason: string; readonly fatal: boolean };

/** As much as a chunk can have. */
const bufferBytes = 1 << 20;
/** Read back in one go: hashed while a processor still has it at hand. */
const strideBytes = 256 * 1024;

/** From here on a file costs its bytes rather than its name. */
const worthCopyingBytes = 64 * 1024;

/** A unit of content, as it must be read back. */
type Placed = {
  readonly ids: Uint8Array;
  readonly at: number;
  readonly length: number;
  readonly position: number;
};

/** Writes files one after the other, and reads back what it wrote. */
export class FileWriter {
  readonly #reader: ChunkReader;
  readonly #reach: Reach;
  readonly #placing: Placing;
  readonly #present: PresentFiles;
  readonly #stretch: Stretch;
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes);

  constructor(reader: ChunkReader, reach: Reach, placing: Placing) {
    this.#reader = reader;
    this.#reach = reach;
    this.#placing = placing;
    this.#present = new PresentFiles(reach);
    this.#stretch = new Stretch(reader);
  }

  #target({ path }: WriteJob): string | Buffer {
    return this.#reach.at(this.#placing.at(path));
  }

  /** A file that may hold some of the content, or all: what it holds need not come from the vault. */
  #openPresent({ path }: WriteJob): ReturnType<PresentFiles["open"]> | undefined {
    const present = this.#placing.presentAt(path);
    return present === undefined ? undefined : this.#present.open(present);
  }

  async write(job: WriteJob): Promise<WriteResult> {
    try {
      if (job.resume) {
        const right = await this.#adopt(job);
        if (right !== undefined) {
          return { number: job.number, kind: "already-right", ownerKept: right, presentBytes: 0 };
        }
      }
      return { number: job.number, kind: "written", ...(await this.#create(job)) };
    } catch (error) {
      const code = errnoOf(error);
      const reason = error instanceof Error ? error.message : String(error);
      // Without space nothing that comes after can succeed either.
      return {
        number: job.number,
        kind: "failed",
        reason,
        fatal: code === "ENOSPC" || code === "EDQUOT" || code === "EROFS",
      };
    }
  }

  async #create(job: WriteJob): Promise<{ readonly ownerKept: boolean; readonly presentBytes: number }> {
    const isCopy = this.#copy(job);
    const file = openSync(
      this.#target(job),
      constants.O_RDWR | constants.O_NOFOLLOW | (isCopy ? 0 : constants.O_CREAT | constants.O_EXCL),
      0o600,
    );
    try {
      if (isCopy) {
        const copy = this.#present.over(file);
        const units = await this.#fill(file, job, copy, true);
        // It may be that of a file that has grown since.
        ftruncateSync(file, job.sizeBytes);
        this.#readBack(file, units);
        return { ownerKept: finishFile(file, job), presentBytes: copy.heldBytes };
      }
      const opened = this.#openPresent(job);
      using present = opened === undefined || "reason" in opened ? undefined : opened;
      const units = await this.#fill(file, job, present, false);
      this.#readBack(file, units);
      return { ownerKept: finishFile(file, job), presentBytes: present?.heldBytes ?? 0 };
    } catch (error) {
      // Half a file under a name that says it is whole is worse than none.
      unlinkSync(this.#target(job));
      throw error;
    } finally {
      closeSync(file);
    }
  }

  /**
   * Lets the system copy a file that is present to where it is wanted: what is long need not pass through here, and where
   * the file system knows how, both share their blocks until one is written to. What the copy holds is looked at where it
   * lies then, which is its reading back. Without one all is written anew.
   */
  #copy(job: WriteJob): boolean {
    const { sizeBytes, content } = job;
    // A copy has no holes. And through /proc it is of the file that was looked at, whatever takes its name meanwhile.
    if (sizeBytes < worthCopyingBytes || content.layout === "sparse") return false;
    if (process.platform !== "linux") return false;
    const opened = this.#openPresent(job);
    if (opened === undefined || "reason" in opened) return false;
    using source = opened;
    if (source.sizeBytes > 2 * sizeBytes) return false;
    const target = this.#target(job);
    try {
      copyFileSync(
        `/proc/self/fd/${source.file}`,
        target,
        constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
      );
      // It has the mode of the other, which may not let us write.
      chmodSync(target, 0o600);
      return true;
    } catch (error) {
      // What was begun is gone again. Without room the next write says so.
      if (errnoOf(error) === undefined) throw error;
      return false;
    }
  }

  /** Writes the content and says what must be read back from where. `inPlace`: what is present is this very file. */
  async #fill(
    file: number,
    job: WriteJob,
    present: PresentFile | undefined,
    inPlace: boolean,
  ): Promise<readonly Placed[]> {
    const units: Placed[] = [];
    let position = 0;
    let unitAt = 0;
    const skip = (length: number) => {
      position += length;
      unitAt += length;
    };
    const sink: ContentSink = {
      bytes: (bytes) => {
        for (let done = 0; done < bytes.length;)
          done += writeSync(file, bytes, done, bytes.length - done, position + done);
        position += bytes.length;
      },
      hole: skip,
      ...(inPlace ? { held: skip } : {}),
      unit: (ids, at, length) => {
        units.push({ ids, at, length, position: unitAt });
        unitAt += length;
      },
    };
    await pourContent(this.#reader, job.content, job.sizeBytes, sink, this.#stretch, present);
    if (job.content.layout === "sparse") ftruncateSync(file, job.sizeBytes);
    return units;
  }

  /** As many units at a time as the buffer takes: all of them lie one behind the other but where there are holes. */
  #readBack(file: number, units: readonly Placed[]): void {
    for (let first = 0; first < units.length;) {
      const start = units[first]?.position ?? 0;
      let end = start;
      let last = first;
      for (let unit = units[last]; unit?.position === end; unit = units[last]) {
        if (last > first && end + unit.length - start > strideBytes) break;
        end += unit.length;
        last += 1;
      }
      const read = readSync(file, this.#buffer, 0, end - start, start);
      for (const { ids, at, position, length } of units.slice(first, last)) {
        const bytes = this.#buffer.subarray(position - start, Math.min(read, position - start + length));
        if (bytes.length !== length || !sameId(idOf(bytes), 0, ids, at))
          throw new Error(`what was written at ${position} does not read back as it should`);
      }
      first = last;
    }
  }

  /** Whether the file that stands there is whole; one that is not goes away. */
  async #adopt(job: WriteJob): Promise<boolean | undefined> {
    const opened = this.#present.open(this.#placing.at(job.path));
    if ("reason" in opened) {
      if (opened.reason !== "ENOENT") unlinkSync(this.#target(job));
      return undefined;
    }
    using there = opened;
    if (await isHeldBy(this.#reader, job.content, job.sizeBytes, there)) return finishFile(there.file, job);
    unlinkSync(this.#target(job));
    return undefined;
  }
}

/** Only root may give a file away, and in a container of a user's own only to those it knows. */
export const mayNotGive = (error: unknown): boolean => ["EPERM", "EINVAL"].includes(errnoOf(error) ?? "");

/** Whether the owner could be kept. Changing it clears setuid bits, so the mode comes after it. */
const finishFile = (file: number, job: WriteJob): boolean => {
  let ownerKept = true;
  if (job.owner !== undefined) {
    try {
      fchownSync(file, job.owner.uid, job.owner.gid);
    } catch (error) {
      if (!mayNotGive(error)) throw error;
      ownerKept = false;
    }
  }
  fchmodSync(file, job.mode);
  const time = timeOf(job.mtimeNs);
  futimesSync(file, time, time);
  if (job.sync) fsyncSync(file);
  return ownerKept;
};

/**
 * Node takes times as seconds in a double, whose steps are a quarter of a microsecond in this century, and cuts off what
 * is finer. A little more than the whole microsecond makes sure that it is this one.
 */
export const timeOf = (ns: bigint): number | string => {
  if (ns >= 0n) return (Number(ns / 1_000n) + 0.3) / 1e6;
  // A number before 1970 would be taken for "now"; the same as text is not. The system counts up from the second before.
  return String((Number((ns - 999n) / 1_000n) + 0.3) / 1e6);
};
