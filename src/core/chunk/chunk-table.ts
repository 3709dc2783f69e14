import {
  chunksIn,
  compareSlots,
  frameWord,
  lengthWord,
  placeAt,
  slotBytes,
  slotWords,
  wordsOf,
  type ChunkPlace,
  type KnownChunk,
} from "./chunk-place.ts";
import { release } from "../system/release.ts";

/**
 * Chunks by id while they come in: a hash table of fixed slots in memory that threads can share. At 4 KiB a page a
 * gigabyte of databases has 260,000 chunks; as slots of 32 bytes at most four fifths full that is 16 MB, where a Map would
 * need 60. The last word of a slot is also its state: 0 is free, all ones is being written.
 *
 * A table that no other thread has seen grows as it fills: memory touched here and there costs more than moving what
 * little is in it. One that is shared has the room it was given, in memory that only a collection gives back: until then it
 * is the table's own, and goes when the table moves.
 */
const fewestSlots = 1024;
const writing = 0xffff_ffff;
/** A place not yet known: the chunk is on its way into a pack of a save under way. */
const pendingPack = 0xffff_ffff;

const pending: ChunkPlace = { pack: pendingPack, frame: 0, offset: 0, length: 1, recipe: false };

export type SharedTable = { readonly words: SharedArrayBuffer; readonly counter: SharedArrayBuffer };

/** At most four fifths of the slots are ever used. */
const isRoomy = (slots: number, chunks: number): boolean => slots * 4 >= chunks * 5;

const slotsFor = (chunks: number): number => {
  let slots = fewestSlots;
  while (!isRoomy(slots, chunks)) slots *= 2;
  return slots;
};

type TableMemory = { readonly words: Uint32Array; readonly counter: Uint32Array };

const ownMemory = (slots: number): TableMemory => ({
  words: new Uint32Array(slots * slotWords),
  counter: new Uint32Array(1),
});

const viewOf = ({ words, counter }: SharedTable): TableMemory => ({
  words: new Uint32Array(words),
  counter: new Uint32Array(counter),
});

export class ChunkTable {
  #words: Uint32Array;
  #counter: Uint32Array;
  #mask: number;
  /** How far to shift the first word of an id for the slot to begin at: the table lies nearly in the order of ids. */
  #shift: number;
  /** From when on other threads may see it: it stays as large as it is. */
  #shared: SharedTable | undefined;

  constructor({ words, counter }: TableMemory, shared?: SharedTable) {
    this.#words = words;
    this.#counter = counter;
    this.#shared = shared;
    this.#mask = words.length / slotWords - 1;
    this.#shift = Math.clz32(this.#mask);
  }

  static withRoomFor(chunks: number): ChunkTable {
    return new ChunkTable(ownMemory(slotsFor(chunks)));
  }

  static ofShared(shared: SharedTable): ChunkTable {
    return new ChunkTable(viewOf(shared), shared);
  }

  /** For other threads, with room for so many more. From here on the table stays as large as it is. */
  shared(more: number): SharedTable {
    if (this.#shared !== undefined) return this.#shared;
    const slots = Math.max(this.#mask + 1, slotsFor(this.size + more));
    const shared = {
      words: new SharedArrayBuffer(slots * slotBytes),
      counter: new SharedArrayBuffer(4),
    };
    this.#moveTo(viewOf(shared));
    this.#shared = shared;
    return shared;
  }

  /** Forgets all chunks, and gives the memory they took back. */
  clear(): void {
    release(this.#words);
    this.#use(ownMemory(fewestSlots));
  }

  get size(): number {
    return Atomics.load(this.#counter, 0);
  }

  has(ids: Uint8Array, at: number): boolean {
    return this.#find(ids, at) >= 0;
  }

  find(ids: Uint8Array, at: number): ChunkPlace | undefined {
    const slot = this.#find(ids, at);
    return slot < 0 ? undefined : placeAt(this.#words, slot);
  }

  /** The pack of a chunk that lies in one; undefined of one that does not, or not yet. */
  packOf(ids: Uint8Array, at: number): number | undefined {
    const slot = this.#find(ids, at);
    const pack = slot < 0 ? pendingPack : this.#words[slot + 5];
    return pack === pendingPack ? undefined : pack;
  }

  /** True when the id was new; of several threads that claim one id, one is told so. */
  claim(ids: Uint8Array, at: number): boolean {
    return this.insert(ids, at, pending);
  }

  /** The first place known of a chunk stays. */
  insert(ids: Uint8Array, at: number, place: ChunkPlace): boolean {
    if (this.#shared === undefined && !isRoomy(this.#mask + 1, this.size + 1))
      this.#moveTo(ownMemory(2 * (this.#mask + 1)));
    const [a, b, c, d, e] = wordsOf(ids, at);
    const words = this.#words;
    for (let index = a >>> this.#shift; ; index = (index + 1) & this.#mask) {
      const slot = index * slotWords;
      let state = Atomics.load(words, slot + 7);
      if (state === 0) {
        state = Atomics.compareExchange(words, slot + 7, 0, writing);
        if (state === 0) {
          words[slot] = a;
          words[slot + 1] = b;
          words[slot + 2] = c;
          words[slot + 3] = d;
          words[slot + 4] = e;
          words[slot + 5] = place.pack;
          words[slot + 6] = frameWord(place);
          Atomics.store(words, slot + 7, lengthWord(place));
          if (Atomics.add(this.#counter, 0, 1) >= this.#mask - 8) throw new Error("the chunk table is full");
          return true;
        }
      }
      // Another thread writes five words here: it is done within nanoseconds.
      while (state === writing) state = Atomics.load(words, slot + 7);
      if (
        words[slot] === a &&
        words[slot + 1] === b &&
        words[slot + 2] === c &&
        words[slot + 3] === d &&
        words[slot + 4] === e
      ) {
        return false;
      }
    }
  }

  /** Every chunk and its place; `ids` is used again for the next one. */
  entries(): Generator<KnownChunk> {
    return chunksIn(this.#words);
  }

  /** All slots in use, in the order of their ids, with pack numbers that count from `firstPack`. */
  sorted(firstPack: number): Uint32Array<SharedArrayBuffer> {
    const words = this.#words;
    const order = new Uint32Array(this.size);
    let found = 0;
    for (let slot = 0; slot < words.length; slot += slotWords) {
      if (words[slot + 7] === 0) continue;
      // They lie nearly in order, so each goes back by a step or two.
      let at = found;
      for (; at > 0 && compareSlots(words, slot, words, order[at - 1] ?? 0) < 0; at -= 1)
        order[at] = order[at - 1] ?? 0;
      order[at] = slot;
      found += 1;
    }
    const sorted = new Uint32Array(new SharedArrayBuffer(found * slotBytes));
    order.forEach((slot, at) => {
      sorted.set(words.subarray(slot, slot + slotWords), at * slotWords);
      sorted[at * slotWords + 5] = (words[slot + 5] ?? 0) - firstPack;
    });
    return sorted;
  }

  #use({ words, counter }: TableMemory): void {
    this.#words = words;
    this.#counter = counter;
    this.#mask = words.length / slotWords - 1;
    this.#shift = Math.clz32(this.#mask);
  }

  #moveTo(memory: TableMemory): void {
    const from = this.#words;
    memory.counter[0] = this.size;
    this.#use(memory);
    for (let slot = 0; slot < from.length; slot += slotWords) {
      if (from[slot + 7] === 0) continue;
      let to = ((from[slot] ?? 0) >>> this.#shift) * slotWords;
      while (this.#words[to + 7] !== 0) to = (to + slotWords) % this.#words.length;
      for (let word = 0; word < slotWords; word += 1) this.#words[to + word] = from[slot + word] ?? 0;
    }
    release(from);
  }

  #find(ids: Uint8Array, at: number): number {
    const [a, b, c, d, e] = wordsOf(ids, at);
    const words = this.#words;
    for (let index = a >>> this.#shift; ; index = (index + 1) & this.#mask) {
      const slot = index * slotWords;
      let state = Atomics.load(words, slot + 7);
      if (state === 0) return -1;
      while (state === writing) state = Atomics.load(words, slot + 7);
      if (
        words[slot] === a &&
        words[slot + 1] === b &&
        words[slot + 2] === c &&
        words[slot + 3] === d &&
        words[slot + 4] === e
      ) {
        return slot;
      }
    }
  }
}
