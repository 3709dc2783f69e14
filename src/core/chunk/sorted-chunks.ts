import {
  chunksIn,
  placeAt,
  slotBytes,
  slotWords,
  wordsOf,
  type ChunkPlace,
  type KnownChunk,
} from "./chunk-place.ts";

/** So many slots, 8 KiB, are read at a time. */
export const slotsPerPiece = 256;
export const bytesPerPiece = slotsPerPiece * slotBytes;
/** Who has asked for so many pieces, one by one, looks everywhere: the rest is read in long stretches. */
const fewPieces = 64;
const piecesInOneGo = 32;

/** Writes the slots of so many pieces, from `first` on, into `to`. */
export type ReadPieces = (first: number, count: number, to: Uint8Array) => void;

export type SharedSorted = {
  readonly words: SharedArrayBuffer;
  readonly fences: Uint32Array;
  readonly firstPack: number;
};

export type SortedFacts = {
  readonly chunks: number;
  /** The first word of each piece's first id: they say in which piece an id would stand. */
  readonly fences: Uint32Array;
  /** The number that pack 0 of these chunks has in the whole index. */
  readonly firstPack: number;
};

/**
 * Chunks that were known before, in the order of their ids, and never changed. They lie somewhere else and come in piece
 * by piece, as they are asked for: who looks for ten chunks among a hundred thousand touches a few pages of memory, not
 * megabytes.
 */
export class SortedChunks {
  readonly chunks: number;
  readonly firstPack: number;
  readonly #fences: Uint32Array;
  readonly #memory: SharedArrayBuffer;
  readonly #words: Uint32Array;
  readonly #missing: Set<number>;
  readonly #read: ReadPieces;

  /** All pieces are here already when there is no way to read them. */
  constructor(
    { chunks, fences, firstPack }: SortedFacts,
    read?: ReadPieces,
    memory = new SharedArrayBuffer(chunks * slotBytes),
  ) {
    this.chunks = chunks;
    this.firstPack = firstPack;
    this.#fences = fences;
    this.#memory = memory;
    this.#words = new Uint32Array(memory);
    this.#missing = new Set(read === undefined ? [] : fences.keys());
    this.#read = read ?? (() => undefined);
  }

  static ofShared({ words, fences, firstPack }: SharedSorted): SortedChunks {
    return new SortedChunks({ chunks: words.byteLength / slotBytes, fences, firstPack }, undefined, words);
  }

  /** Slots in the order of their ids, as `ChunkTable.sorted` gives them. */
  static ofWords(words: Uint32Array<SharedArrayBuffer>, firstPack: number): SortedChunks {
    const chunks = words.length / slotWords;
    const fences = Uint32Array.from(
      { length: Math.ceil(chunks / slotsPerPiece) },
      (_, piece) => words[piece * slotsPerPiece * slotWords] ?? 0,
    );
    return new SortedChunks({ chunks, fences, firstPack }, undefined, words.buffer);
  }

  /** For other threads, with every piece in it. */
  get shared(): SharedSorted {
    this.#readAll();
    return { words: this.#memory, fences: this.#fences, firstPack: this.firstPack };
  }

  find(ids: Uint8Array, at: number): ChunkPlace | undefined {
    const slot = this.#find(ids, at);
    return slot < 0 ? undefined : placeAt(this.#words, slot, this.firstPack);
  }

  packOf(ids: Uint8Array, at: number): number | undefined {
    const slot = this.#find(ids, at);
    return slot < 0 ? undefined : this.firstPack + (this.#words[slot + 5] ?? 0);
  }

  /** Every chunk and its place; `ids` is used again for the next one. */
  entries(): Generator<KnownChunk> {
    this.#readAll();
    return chunksIn(this.#words, this.firstPack);
  }

  #find(ids: Uint8Array, at: number): number {
    const [a, b, c, d, e] = wordsOf(ids, at);
    const words = this.#words;
    // Ids that share their first word with a fence may stand before it, so the search begins one piece early.
    let slot = this.#firstSlotFrom(a, Math.max(0, this.#firstFenceFrom(a) - 1));
    for (; slot < words.length; slot += slotWords) {
      this.#need(Math.floor(slot / (slotsPerPiece * slotWords)));
      if (words[slot] !== a) return -1;
      if (words[slot + 1] === b && words[slot + 2] === c && words[slot + 3] === d && words[slot + 4] === e) {
        return slot;
      }
    }
    return -1;
  }

  /** The first piece whose fence is not below `word`. */
  #firstFenceFrom(word: number): number {
    const pieces = this.#fences.length;
    return firstFrom(this.#fences, 1, 0, pieces, (word / 2 ** 32) * pieces, word);
  }

  /** The first slot of a piece whose id is not below `word`; the one behind the piece when there is none. */
  #firstSlotFrom(word: number, piece: number): number {
    this.#need(piece);
    const from = piece * slotsPerPiece;
    const to = Math.min(this.chunks, from + slotsPerPiece);
    const fence = this.#fences[piece] ?? 0;
    const share = (word - fence) / ((this.#fences[piece + 1] ?? 2 ** 32) - fence + 1);
    return firstFrom(this.#words, slotWords, from, to, from + share * (to - from), word) * slotWords;
  }

  #need(piece: number): void {
    if (!this.#missing.has(piece)) return;
    if (this.#fences.length - this.#missing.size < fewPieces) this.#readFrom(piece, 1);
    else this.#readAll();
  }

  #readAll(): void {
    for (const piece of this.#missing) {
      let count = 1;
      while (count < piecesInOneGo && this.#missing.has(piece + count)) count += 1;
      this.#readFrom(piece, count);
    }
  }

  #readFrom(first: number, count: number): void {
    const start = first * bytesPerPiece;
    const length = Math.min(count * bytesPerPiece, this.#memory.byteLength - start);
    this.#read(first, count, new Uint8Array(this.#memory, start, length));
    for (let piece = first; piece < first + count; piece += 1) this.#missing.delete(piece);
  }
}

/** Ids spread evenly, so that a guess is seldom this far out. */
const near = 16;

/**
 * The first of numbers in order, one every `stride` words, that is not below `word`; `high` when there is none. A guess
 * saves half of the looks, and those are the ones that would go all over the memory.
 */
const firstFrom = (
  numbers: Uint32Array,
  stride: number,
  low: number,
  high: number,
  guess: number,
  word: number,
): number => {
  const [before, behind] = [Math.floor(guess) - near, Math.floor(guess) + near];
  if (before > low && before < high && (numbers[before * stride] ?? 0) < word) low = before + 1;
  if (behind > low && behind < high && (numbers[behind * stride] ?? 0) >= word) high = behind;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle * stride] ?? 0) < word) low = middle + 1;
    else high = middle;
  }
  return low;
};
