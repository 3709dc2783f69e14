import { FrameCache } from "../pack/frame-cache.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { loadIndex, type ChunkIndex } from "../vault/chunk-index.ts";
import { cachePrefix } from "../vault/index-cache.ts";
import { ChunkReader } from "./chunk-reader.ts";

/** Where chunks lie, and their bytes. */
export type Tree = { readonly index: ChunkIndex; readonly reader: ChunkReader };

const frameBytes = 8 * 1024 * 1024;

/** What is inside the packs, looked up once and again only when there are other packs, or the cached index has gone. */
export class TreeOpener {
  readonly #store: VaultStore;
  readonly #master: Uint8Array;
  #loaded: { readonly packs: string; readonly frames: FrameCache; readonly tree: Tree } | undefined;

  constructor(store: VaultStore, master: Uint8Array) {
    this.#store = store;
    this.#master = master;
  }

  /** The one that was read last, whatever has come to the vault since. */
  get indexBefore(): ChunkIndex | undefined {
    return this.#loaded?.tree.index;
  }

  async open(): Promise<Tree> {
    const packs = (await this.#store.list("packs/")).map(({ key }) => key).join();
    const there = new Set((await this.#store.list(cachePrefix)).map(({ key }) => key));
    const before = this.#loaded;
    if (before?.packs === packs && before.tree.index.cached.keys().every((key) => there.has(key)))
      return before.tree;
    const index = await loadIndex(this.#store, this.#master, { before: this.indexBefore });
    // What is damaged is looked at again, each time it is asked for. What is not never changes: its frames stay good.
    const isWhole = index.findings.length === 0;
    const frames =
      (isWhole ? before?.frames : undefined) ?? new FrameCache(this.#store, this.#master, frameBytes);
    frames.keepPacks(index.packs);
    for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
    const tree = { index, reader: new ChunkReader(index, frames) };
    if (isWhole) this.#loaded = { packs, frames, tree };
    return tree;
  }
}
