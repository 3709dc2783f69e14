import { FrameCache } from "../pack/frame-cache.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { loadIndex, type ChunkIndex } from "../vault/chunk-index.ts";
import { cachePrefix } from "../vault/index-cache.ts";
import { ChunkReader } from "./chunk-reader.ts";

/** Where chunks lie, and their bytes. */
export type Tree = { readonly index: ChunkIndex; readonly reader: ChunkReader };

const frameBytes = 16 * 1024 * 1024;

/** What is inside the packs, looked up once and again only when there are other packs, or the cached index has gone. */
export class TreeOpener {
  readonly #store: VaultStore;
  readonly #master: Uint8Array;
  #loaded: { readonly packs: string; readonly cached: readonly string[]; readonly tree: Tree } | undefined;

  constructor(store: VaultStore, master: Uint8Array) {
    this.#store = store;
    this.#master = master;
  }

  async open(): Promise<Tree> {
    const packs = (await this.#store.list("packs/")).map(({ key }) => key).join();
    const there = new Set((await this.#store.list(cachePrefix)).map(({ key }) => key));
    if (this.#loaded?.packs === packs && this.#loaded.cached.every((key) => there.has(key)))
      return this.#loaded.tree;
    const index = await loadIndex(this.#store, this.#master);
    const frames = new FrameCache(this.#store, this.#master, frameBytes);
    for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
    const tree = { index, reader: new ChunkReader(index, frames) };
    // What is damaged is looked at again, each time it is asked for.
    if (index.findings.length === 0) this.#loaded = { packs, cached: index.cached, tree };
    return tree;
  }
}
