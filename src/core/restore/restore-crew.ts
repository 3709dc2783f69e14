import type { SharedTable } from "../chunk/chunk-table.ts";
import { FrameCache } from "../pack/frame-cache.ts";
import type { OpenedPack } from "../pack/pack-reader.ts";
import { threadCount } from "../save/save-crew.ts";
import { Reach } from "../source/reach.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { entryUrl, hire } from "../system/threads.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import { FileWriter, type WriteJob, type WriteResult } from "./write-file.ts";

export type RestoreSetup = {
  readonly directory: string;
  readonly master: Uint8Array;
  readonly table: SharedTable;
  readonly packs: readonly string[];
  readonly salvaged: ReadonlyMap<string, OpenedPack>;
};

export type RestoreAnswer = readonly WriteResult[];

export type RestoreCrew = AsyncDisposable & {
  readonly write: (jobs: readonly WriteJob[]) => Promise<RestoreAnswer>;
};

/** Pages of a database that has lived for a while lie in many frames; each thread holds as many as fit in this. */
export const frameCacheBytes = 4 * 1024 * 1024;

/** Below this much to write, starting threads takes longer than they save. */
const worthThreadsBytes = 24 * 1024 * 1024;

export const restoreCrew = (
  store: VaultStore,
  master: Uint8Array,
  index: ChunkIndex,
  bytes: number,
  threads: "when-worth-it" | "never",
): RestoreCrew => {
  if (store.directory === undefined || threads === "never" || bytes < worthThreadsBytes) {
    return loneCrew(store, master, index);
  }
  const setup: RestoreSetup = {
    directory: store.directory,
    master,
    table: index.table.shared,
    packs: index.packs,
    salvaged: index.salvaged,
  };
  const crew = hire<readonly WriteJob[], RestoreAnswer>(
    entryUrl("restore.worker", import.meta.url),
    threadCount(),
    setup,
  );
  return { write: crew.run, [Symbol.asyncDispose]: crew.dismiss };
};

const loneCrew = (store: VaultStore, master: Uint8Array, index: ChunkIndex): RestoreCrew => {
  const frames = new FrameCache(store, master, frameCacheBytes);
  for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
  const reach = new Reach();
  const writer = new FileWriter(new ChunkReader(index, frames), reach);
  let last: Promise<RestoreAnswer> = Promise.resolve([]);
  return {
    // One after the other: a writer has one buffer.
    write: (jobs) => {
      const done = last.then(() => writeAll(writer, jobs));
      last = done.catch(() => []);
      return done;
    },
    [Symbol.asyncDispose]: async () => {
      reach[Symbol.dispose]();
    },
  };
};

export const writeAll = async (writer: FileWriter, jobs: readonly WriteJob[]): Promise<RestoreAnswer> => {
  const results: WriteResult[] = [];
  for (const job of jobs) results.push(await writer.write(job));
  return results;
};
