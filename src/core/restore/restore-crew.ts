import { setImmediate as breathe } from "node:timers/promises";
import { FrameCache } from "../pack/frame-cache.ts";
import type { OpenedPack } from "../pack/pack-reader.ts";
import { Reach } from "../source/reach.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { entryUrl, hire, type Hand, type Order } from "../system/threads.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SharedKnown } from "../vault/known-chunks.ts";
import type { Batch } from "./batches.ts";
import type { RestoreContext } from "./restore-to.ts";
import { placing, type Places } from "./placing.ts";
import { FileWriter, type WriteResult } from "./write-file.ts";

export type RestoreSetup = {
  readonly places: Places;
  readonly directory: string;
  readonly master: Uint8Array;
  readonly table: SharedKnown;
  readonly packs: readonly string[];
  readonly salvaged: ReadonlyMap<string, OpenedPack>;
};

export type RestoreAnswer = readonly WriteResult[];

export type RestoreCrew = AsyncDisposable & {
  readonly write: (batch: Batch, order: Order) => Promise<RestoreAnswer>;
};

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
  const crew = hire<Batch, RestoreAnswer>({
    hands,
    isWorthThreads,
    entry: entryUrl("restore.worker", import.meta.url),
    setup: isWorthThreads
      ? { places, directory: store.directory, master, table: index.table.shared(0), packs, salvaged }
      : undefined,
    own: () => restoreHand(places, reader),
  });
  return {
    write: crew.run,
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

/** Opens frames, writes files, reads them back. */
export const restoreHand = (places: Places, reader: ChunkReader): Hand<Batch, RestoreAnswer> => {
  const reach = new Reach();
  const writer = new FileWriter(reader, reach, placing(places));
  return async (jobs) => {
    const results: WriteResult[] = [];
    let bytes = 0;
    try {
      for (const job of jobs) {
        results.push(await writer.write(job));
        bytes += job.sizeBytes + bytesPerFile;
        if (bytes < bytesInOneGo) continue;
        bytes = 0;
        await breathe();
      }
      return results;
    } finally {
      // Directories that were opened on the way to deep ones; the next batch opens what it needs again.
      reach[Symbol.dispose]();
    }
  };
};
