import { setImmediate as breathe } from "node:timers/promises";
import { idHex, idOf, sameId } from "../chunk/chunk-id.ts";
import { frameNumber, type ChunkPlace, type ChunkTable } from "../chunk/chunk-table.ts";
import { idBytes } from "../manifest/entry.ts";
import { chunksOf, listOfFrame, type ListedChunk } from "../pack/pack-format.ts";
import { openPack, readFrame, type OpenedPack } from "../pack/pack-reader.ts";
import { release } from "../system/release.ts";
import { missing } from "../store/disk-store.ts";
import type { BlobStore } from "../store/blob-store.ts";
import { isDamage } from "../vault/sealed-object.ts";

/** A run of frames of one pack. */
export type FrameJob = {
  readonly pack: string;
  readonly from: number;
  readonly to: number;
  /** Whether to say where the pages lie that its recipes name. */
  readonly follow?: true;
};

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
  /** Where the pages of its recipes lie, when that was asked for: numbers that `frameNumber` makes. */
  readonly pages: ReadonlySet<number>;
};

/** Opens frames and hashes every chunk in them. A recipe must name pages that there are. */
export class FrameChecker {
  readonly #store: BlobStore;
  readonly #master: Uint8Array;
  readonly #table: ChunkTable;
  readonly #salvaged: ReadonlyMap<string, OpenedPack>;
  #last: { readonly pack: string; readonly opened: OpenedPack } | undefined;

  constructor(
    store: BlobStore,
    master: Uint8Array,
    table: ChunkTable,
    salvaged: ReadonlyMap<string, OpenedPack>,
  ) {
    this.#store = store;
    this.#master = master;
    this.#table = table;
    this.#salvaged = salvaged;
  }

  async check({ pack, from, to, follow }: FrameJob): Promise<FrameAnswer> {
    const opened = await this.#open(pack);
    const damage: FrameDamage[] = [];
    const pages = new Set<number>();
    const visit = (place: ChunkPlace): void => {
      if (follow === true) pages.add(frameNumber(place));
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
        const wrong = chunks.filter((chunk) => !this.#isRight(raw, chunk, visit));
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

  #isRight(
    raw: Uint8Array,
    { id, offset, length, recipe }: ListedChunk,
    visit: (page: ChunkPlace) => void,
  ): boolean {
    const bytes = raw.subarray(offset, offset + length);
    if (!recipe) return sameId(idOf(bytes), 0, id, 0);
    if (bytes.length % idBytes !== 0) return false;
    for (let at = 0; at < bytes.length; at += idBytes) {
      const page = this.#table.find(bytes, at);
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

const hexOf = (chunks: readonly ListedChunk[]): readonly string[] => chunks.map(({ id }) => idHex(id));
