import type { ChunkPlace, KnownChunk } from "../chunk/chunk-place.ts";
import { ChunkTable, type SharedTable } from "../chunk/chunk-table.ts";
import { SortedChunks, type SharedSorted } from "../chunk/sorted-chunks.ts";

export type SharedKnown = {
  readonly runs: readonly SharedSorted[];
  readonly recent: SharedTable;
  /** One byte per pack number: whether a claim found its chunk there. */
  readonly used: SharedArrayBuffer;
};

/** Packs beyond this share the last byte: then more counts as used than is. */
const trackedPacks = 1 << 16;
const slotOfPack = (pack: number): number => Math.min(pack, trackedPacks - 1);

/**
 * Every chunk that the vault has, or is being given: sorted runs of what was cached, and a table of what came since.
 * A chunk may be known to several of them; any place of it serves.
 */
export class KnownChunks {
  readonly #runs: readonly SortedChunks[];
  readonly #recent: ChunkTable;
  #used: Uint8Array<SharedArrayBuffer> | undefined;

  constructor(runs: readonly SortedChunks[], recent: ChunkTable, used?: SharedArrayBuffer) {
    this.#runs = runs;
    this.#recent = recent;
    if (used !== undefined) this.#used = new Uint8Array(used);
  }

  static ofShared({ runs, recent, used }: SharedKnown): KnownChunks {
    return new KnownChunks(
      runs.map((run) => SortedChunks.ofShared(run)),
      ChunkTable.ofShared(recent),
      used,
    );
  }

  /** For other threads, with room for so many chunks that they will add. */
  shared(roomFor: number): SharedKnown {
    return {
      runs: this.#runs.map((run) => run.shared),
      recent: this.#recent.shared(roomFor),
      used: this.#usedPacks.buffer,
    };
  }

  /** At most so many: what is known twice counts twice. */
  get size(): number {
    return this.#runs.reduce((sum, { chunks }) => sum + chunks, this.#recent.size);
  }

  has(ids: Uint8Array, at: number): boolean {
    return this.find(ids, at) !== undefined;
  }

  find(ids: Uint8Array, at: number): ChunkPlace | undefined {
    for (const run of this.#runs) {
      const place = run.find(ids, at);
      if (place !== undefined) return place;
    }
    return this.#recent.find(ids, at);
  }

  /** True when the id was new; of several threads that claim one id, one is told so. */
  claim(ids: Uint8Array, at: number): boolean {
    const pack = this.#packOf(ids, at);
    if (pack === undefined) return this.#recent.claim(ids, at);
    this.#usedPacks[slotOfPack(pack)] = 1;
    return false;
  }

  /** Whether a claim found its chunk in this pack. */
  isUsed(pack: number): boolean {
    return this.#used?.[slotOfPack(pack)] === 1;
  }

  /** Every chunk and its place, once for each time it is known; `ids` is used again for the next one. */
  *entries(): Generator<KnownChunk> {
    for (const run of this.#runs) yield* run.entries();
    yield* this.#recent.entries();
  }

  /** Made when it is needed: who only reads claims nothing. */
  get #usedPacks(): Uint8Array<SharedArrayBuffer> {
    this.#used ??= new Uint8Array(new SharedArrayBuffer(trackedPacks));
    return this.#used;
  }

  #packOf(ids: Uint8Array, at: number): number | undefined {
    for (const run of this.#runs) {
      const pack = run.packOf(ids, at);
      if (pack !== undefined) return pack;
    }
    return this.#recent.packOf(ids, at);
  }
}
