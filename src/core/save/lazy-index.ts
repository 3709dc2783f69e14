import { FrameCache } from "../pack/frame-cache.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import { loadIndex, type ChunkIndex } from "../vault/chunk-index.ts";

/** Loaded when something changed; a snapshot with nothing new only reads the last manifest. */
export class LazyIndex {
  readonly #store: VaultStore;
  readonly #master: Uint8Array;
  readonly #before: ChunkIndex | undefined;
  #loaded: Promise<ChunkIndex> | undefined;

  constructor(store: VaultStore, master: Uint8Array, before: ChunkIndex | undefined) {
    this.#store = store;
    this.#master = master;
    this.#before = before;
  }

  async reader(): Promise<ChunkReader> {
    const index = await this.#load();
    const frames = new FrameCache(this.#store, this.#master, 8 * 1024 * 1024);
    for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
    return new ChunkReader(index, frames);
  }

  /** A table to claim new chunks in. Packs announced for deletion, and packs that are damaged, do not count. */
  async forWriting(except: ReadonlySet<string>): Promise<ChunkIndex> {
    return except.size > 0
      ? await loadIndex(this.#store, this.#master, { except, before: this.#before })
      : await this.#load();
  }

  #load(): Promise<ChunkIndex> {
    this.#loaded ??= loadIndex(this.#store, this.#master, { before: this.#before });
    return this.#loaded;
  }
}
