import { closeSync, constants, fstatSync, openSync, read, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { promisify } from "node:util";
import { errnoOf, isProblem } from "../../ground/index.ts";
import { blockBytes, chunkSizes, type Cutter } from "../chunk/cutter.ts";
import type { BytePath } from "../manifest/byte-path.ts";
import { fileStatOf, type FileStat } from "../source/file-stat.ts";
import type { Reach } from "../source/reach.ts";
import type { KnownChunks } from "../vault/known-chunks.ts";
import { IdCollector, store, storePages, type ChunkSink } from "./store-chunks.ts";

/** How to cut a file. */
export type Cutting =
  | { readonly kind: "content" }
  /** Blocks of 64 KiB, where one of only zeros is not stored. */
  | { readonly kind: "sparse" }
  /** Blocks of 64 KiB that are cut into pages when they are new. */
  | { readonly kind: "pages"; readonly pageBytes: number };

export type ReadJob = {
  readonly number: number;
  readonly absolute: BytePath;
  readonly cutting: Cutting;
  /** Where to begin; with `endAt`, a part of a file, for several threads. */
  readonly startAt: number;
  /** Nothing from here on is taken, however much the file grows. */
  readonly endAt: number | undefined;
};

export type ReadResult =
  | {
      readonly number: number;
      readonly kind: "read";
      readonly stat: FileStat;
      readonly bytes: number;
      readonly ids: Uint8Array;
    }
  | { readonly number: number; readonly kind: "unreadable"; readonly reason: string };

export type ChunkStore = {
  readonly table: KnownChunks;
  readonly writer: ChunkSink;
  readonly cutter: Cutter;
  readonly reach: Reach;
};

/**
 * Reads a file once and stores what the vault does not have. The stat is taken before the first byte is read. Lets the
 * event loop turn between windows; the window is this file's until it is done.
 */
export const chunkFile = async (store: ChunkStore, job: ReadJob): Promise<ReadResult> => {
  let file: number;
  try {
    file = openSync(
      store.reach.at(job.absolute),
      // Not through a link that took the file's place, and not waiting for a writer of a fifo that did.
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
  } catch (error) {
    return { number: job.number, kind: "unreadable", reason: errnoOf(error) ?? String(error) };
  }
  try {
    const stat = fileStatOf(fstatSync(file, { bigint: true }));
    if (stat.type !== "file") return { number: job.number, kind: "unreadable", reason: "no longer a file" };
    const end = Math.min(stat.sizeBytes, job.endAt ?? stat.sizeBytes);
    const ids = new IdCollector();
    const bytes =
      job.cutting.kind === "content"
        ? await cutByContent(store, file, job.startAt, end, ids)
        : await cutIntoBlocks(store, file, job.startAt, end, job.cutting, ids);
    return { number: job.number, kind: "read", stat, bytes, ids: ids.finish() };
  } catch (error) {
    // Failures of the vault are Problems and end the save; what the source refuses is a finding.
    if (isProblem(error) || errnoOf(error) === undefined) throw error;
    return { number: job.number, kind: "unreadable", reason: errnoOf(error) ?? "" };
  } finally {
    closeSync(file);
  }
};

export const chunkFiles = async (
  store: ChunkStore,
  jobs: readonly ReadJob[],
): Promise<readonly ReadResult[]> => {
  const results: ReadResult[] = [];
  let since = 0;
  for (const job of jobs) {
    const result = await chunkFile(store, job);
    results.push(result);
    since += result.kind === "read" ? result.bytes : 0;
    // What frames of small files left behind goes as well.
    if (since < 1 << 20) continue;
    since = 0;
    await breathe();
  }
  return results;
};

const cutByContent = async (
  { table, writer, cutter }: ChunkStore,
  file: number,
  from: number,
  end: number,
  ids: IdCollector,
): Promise<number> => {
  const window = cutter.window.subarray(0, cutter.window.length / 2);
  let position = from;
  let filled = 0;
  for (;;) {
    const wanted = Math.min(window.length - filled, end - position);
    const read = wanted === 0 ? 0 : readSync(file, window, filled, wanted, position);
    position += read;
    filled += read;
    const last = read === 0 || position >= end;
    let start = 0;
    while (start < filled && (last || filled - start >= chunkSizes.max)) {
      const cut = filled - start <= chunkSizes.wanted && last ? filled : cutter.cut(start, filled);
      store(table, writer, window.subarray(start, cut), ids);
      start = cut;
    }
    if (last) return position - from;
    window.copyWithin(0, start, filled);
    filled -= start;
    await breathe();
  }
};

const cutIntoBlocks = async (
  { table, writer, cutter }: ChunkStore,
  file: number,
  from: number,
  end: number,
  cutting: Exclude<Cutting, { readonly kind: "content" }>,
  ids: IdCollector,
): Promise<number> => {
  let bytes = 0;
  for await (const span of spansOf(file, cutter.window, from, end)) {
    for (let start = 0; start < span.length; start += blockBytes) {
      const block = span.subarray(start, start + blockBytes);
      if (cutting.kind === "sparse") {
        if (isZero(block)) ids.hole();
        else store(table, writer, block, ids);
      } else storePages(table, writer, block, cutting.pageBytes, ids);
    }
    bytes += span.length;
  }
  return bytes;
};

/**
 * Blocks must begin where they began last time: only the end of the file may cut a span short. Of a database that changed
 * nearly all is known, so that it costs a hash and its reading, and these two take as long: while one half of the window
 * is looked at, another thread reads into the other half.
 */
async function* spansOf(file: number, window: Buffer, from: number, end: number): AsyncGenerator<Buffer> {
  const half = window.length / 2;
  const readAt = async (position: number, to: number): Promise<Buffer> =>
    await readFully(file, window.subarray(to, to + Math.min(half, end - position)), position);
  let [position, to] = [from, 0];
  let coming = from < end ? readAt(from, to) : undefined;
  try {
    while (coming !== undefined) {
      const span = await coming;
      coming = undefined;
      if (span.length === 0) return;
      position += span.length;
      to = half - to;
      if (position < end) coming = readAt(position, to);
      yield span;
    }
  } finally {
    // Nobody closes the file, or uses the window, under a thread that reads.
    await coming?.catch(() => undefined);
  }
}

/** As much of `into` as the file has from there on. */
const readFully = async (file: number, into: Buffer, position: number): Promise<Buffer> => {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await readSome(file, into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return into.subarray(0, filled);
};

const readSome = promisify(read);

const isZero = (block: Buffer): boolean => block.equals(zeros.subarray(0, block.length));
const zeros = Buffer.alloc(blockBytes);
