import { setImmediate as breathe } from "node:timers/promises";
import { idHex, idOf, sameId } from "../chunk/chunk-id.ts";
import { frameNumber, type ChunkPlace } from "../chunk/chunk-place.ts";
import { idBytes } from "../manifest/entry.ts";
import { chunksOf, listOfFrame, type ListedChunk } from "../pack/pack-format.ts";
import { openPack, readFrame, type OpenedPack } from "../pack/pack-reader.ts";
import { release } from "../system/release.ts";
import { missing } from "../store/disk-store.ts";
import type { BlobStore } from "../store/blob-store.ts";
import type { KnownChunks } from "../vault/known-chunks.ts";
import { isDamage } from "../vault/sealed-object.ts";

/** A run of frames of one pack. */
export type FrameJob = {
  readonly pack: string;
  readonly from: number;
  readonly to: number;
  readonly how: FrameCheck;
};

/**
 * "hash": each chunk in it is what its id says. "open": it can be opened, and what can be opened is to the bit what was
 * sealed. "follow": besides, where the pages lie that its recipes name.
 */
export type FrameCheck = "hash" | "open" | "follow";

export type FrameDamage = {
  readonly pack: string;
  readonly frame: number;
  readonly reason: string;
  /** Hex ids of the chunks that are lost with it. */
  readonly chunks: readonly string[];
};

export type FrameAnswer = {
  readonly bytes: number;
  readonly damage: readonly FrameDamage[];
  /** Where the pages of its recipes lie, when those were followed: numbers that `frameNumber` makes. */
  readonly pages: ReadonlySet<number>;
};

/** Opens frames and hashes every chunk in them. A recipe must name pages that there are. */
export class FrameChecker {
  readonly #store: BlobStore;
  readonly #master: Uint8Array;
  readonly #table: KnownChunks;
  readonly #salvaged: ReadonlyMap<string, OpenedPack>;
  #last: { readonly pack: string; readonly opened: OpenedPack } | undefined;

  constructor(
    store: BlobStore,
    master: Uint8Array,
    table: KnownChunks,
    salvaged: ReadonlyMap<string, OpenedPack>,
  ) {
    this.#store = store;
    this.#master = master;
    this.#table = table;
    this.#salvaged = salvaged;
  }

  async check({ pack, from, to, how }: FrameJob): Promise<FrameAnswer> {
    const opened = await this.#open(pack);
    const damage: FrameDamage[] = [];
    const pages = new Set<number>();
    const isRight = (raw: Uint8Array, chunk: ListedChunk): boolean => {
      if (!chunk.recipe) return how !== "hash" || isWhatItsIdSays(raw, chunk);
      if (how === "open") return true;
      return this.#eachPage(raw, chunk, (page) => {
        if (how === "follow") pages.add(frameNumber(page));
      });
    };
    let bytes = 0;
    for (let number = from; number < to; number += 1) {
      const info = opened.frames[number];
      if (info === undefined) continue;
      const chunks = chunksOf(info);
      bytes += info.storedBytes;
      // What the last frame left behind goes when the event loop turns.
      await breathe();
      try {
        const raw = await readFrame(this.#store, pack, opened, number);
        const wrong = chunks.filter((chunk) => !isRight(raw, chunk));
        if (listOfFrame(raw).chunkCount !== info.chunkCount) {
          damage.push({ pack, frame: number, reason: "its list differs from the pack's", chunks: [] });
        }
        if (wrong.length > 0) {
          damage.push({
            pack,
            frame: number,
            reason: "chunks hold something else than their ids say",
            chunks: hexOf(wrong),
          });
        }
        release(raw);
      } catch (error) {
        if (!isDamage(error)) throw error;
        damage.push({ pack, frame: number, reason: error.message, chunks: hexOf(chunks) });
      }
    }
    return { bytes, damage, pages };
  }

  /** False when it is no list of ids, or names a page that no pack has. */
  #eachPage(raw: Uint8Array, { offset, length }: ListedChunk, visit: (page: ChunkPlace) => void): boolean {
    if (length % idBytes !== 0) return false;
    for (let at = offset; at < offset + length; at += idBytes) {
      const page = this.#table.find(raw, at);
      if (page === undefined) return false;
      visit(page);
    }
    return true;
  }

  async #open(pack: string): Promise<OpenedPack> {
    const salvaged = this.#salvaged.get(pack);
    if (salvaged !== undefined) return salvaged;
    if (this.#last?.pack === pack) return this.#last.opened;
    const info = await this.#store.stat(`packs/${pack}`);
    if (info === undefined) throw missing(this.#store.name, `packs/${pack}`);
    const opened = await openPack(this.#store, this.#master, info);
    this.#last = { pack, opened };
    return opened;
  }
}

const isWhatItsIdSays = (raw: Uint8Array, { id, offset, length }: ListedChunk): boolean =>
  sameId(idOf(raw.subarray(offset, offset + length)), 0, id, 0);

const hexOf = (chunks: readonly ListedChunk[]): readonly string[] => chunks.map(({ id }) => idHex(id));
