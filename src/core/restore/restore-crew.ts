import { setImmediate as breathe } from "node:timers/promises";
import { FrameCache } from "../pack/frame-cache.ts";
import type { OpenedPack } from "../pack/pack-reader.ts";
import { Reach } from "../source/reach.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { entryUrl, hire, type Hand } from "../system/threads.ts";
import { cleanOne, type Cleaner, type CleanJob } from "../database/clean-crew.ts";
import type { CleanedDatabase } from "../database/clean-databases.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SharedKnown } from "../vault/known-chunks.ts";
import type { RestoreContext } from "./restore-to.ts";
import { placing, type Places } from "./placing.ts";
import { FileWriter, type WriteJob, type WriteResult } from "./write-file.ts";

export type RestoreSetup = {
  readonly places: Places;
  readonly directory: string;
  readonly master: Uint8Array;
  readonly table: SharedKnown;
  readonly packs: readonly string[];
  readonly salvaged: ReadonlyMap<string, OpenedPack>;
};

/** Files to write; and when all are written: what that took is given back, and databases are made ready. */
export type RestoreJob =
  { readonly write: readonly WriteJob[] } | { readonly rest: true } | { readonly clean: CleanJob };

export type RestoreAnswer =
  | { readonly written: readonly WriteResult[] }
  | { readonly rested: true }
  | { readonly cleaned: CleanedDatabase };

export type RestoreCrew = AsyncDisposable &
  Cleaner & { readonly write: (jobs: readonly WriteJob[]) => Promise<readonly WriteResult[]> };

/** Pages of a database that has lived for a while lie in many frames; each thread holds as many as fit in this. */
const frameCacheBytes = 6 * 1024 * 1024;

/** Below this much to write, starting threads takes longer than they save. */
const worthThreadsBytes = 24 * 1024 * 1024;

export const restoreCrew = (
  { store, master, index, reader, hands }: RestoreContext,
  places: Places,
  bytes: number,
): RestoreCrew => {
  const isWorthThreads = store.directory !== undefined && bytes >= worthThreadsBytes;
  const { packs, salvaged } = index;
  const crew = hire<RestoreJob, RestoreAnswer>({
    hands,
    isWorthThreads,
    entry: entryUrl("restore.worker", import.meta.url),
    setup: isWorthThreads
      ? { places, directory: store.directory, master, table: index.table.shared(0), packs, salvaged }
      : undefined,
    own: () => restoreHand(places, reader),
  });
  return {
    hands: crew.hands,
    write: async (jobs) => {
      const answer = await crew.run({ write: jobs });
      if (!("written" in answer)) throw new Error("who was asked to write files did not");
      return answer.written;
    },
    makeRoom: async () => {
      await crew.each({ rest: true });
    },
    clean: async (job) => {
      const answer = await crew.run({ clean: job });
      if (!("cleaned" in answer)) throw new Error("who was asked to make a database ready did not");
      return answer.cleaned;
    },
    [Symbol.asyncDispose]: () => {
      // Called off, there is work left that nobody waits for: whoever clears up must not meet somebody who still writes.
      crew.abandon();
      return crew.dismiss();
    },
  };
};

/** After so many bytes whoever shares the thread may go on; a file counts as many on top, for its name. */
const bytesInOneGo = 1 << 20;
const bytesPerFile = 32 * 1024;

/** The chunks of the vault for a thread, which shares no frames with the others. */
export const readerOfThread = (
  store: VaultStore,
  master: Uint8Array,
  index: Pick<ChunkIndex, "table" | "packs" | "salvaged">,
): ChunkReader => {
  const frames = new FrameCache(store, master, frameCacheBytes);
  for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
  return new ChunkReader(index, frames);
};

/** Opens frames, writes files, reads them back; and makes databases ready. */
export const restoreHand = (places: Places, reader: ChunkReader): Hand<RestoreJob, RestoreAnswer> => {
  const reach = new Reach();
  const writer = new FileWriter(reader, reach, placing(places));
  return async (job) => {
    if ("clean" in job) return { cleaned: cleanOne(job.clean) };
    if ("rest" in job) {
      writer.rest();
      return { rested: true };
    }
    const results: WriteResult[] = [];
    let bytes = 0;
    try {
      for (const file of job.write) {
        results.push(await writer.write(file));
        bytes += file.sizeBytes + bytesPerFile;
        if (bytes < bytesInOneGo) continue;
        bytes = 0;
        await breathe();
      }
      return { written: results };
    } finally {
      // Directories that were opened on the way to deep ones; the next batch opens what it needs again.
      reach[Symbol.dispose]();
    }
  };
};
