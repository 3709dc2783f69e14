import { idBytes } from "../manifest/entry.ts";

/**
 * Where every chunk lies: a hash table of fixed slots in memory that threads share. At 4 KiB a page a gigabyte of
 * databases has 260,000 chunks; as slots of 32 bytes at most four fifths full that is 16 MB, where a Map would need 60.
 *
 * A slot is eight words: five of id, one of pack number, one of frame (12 bits) and offset (20 bits), one of length
 * (with a flag for recipes). The last word is also the slot's state: 0 is free, all ones is being written.
 */
const slotWords = 8;
const slotBytes = slotWords * 4;
const fewestSlots = 1024;
const writing = 0xffff_ffff;
const recipeFlag = 0x8000_0000;
/** A place not yet known: the chunk is on its way into a pack of a save under way. */
const pendingPack = 0xffff_ffff;

const pending: ChunkPlace = { pack: pendingPack, frame: 0, offset: 0, length: 1, recipe: false };

export const maxFramesPerPack = 1 << 12;
/** Offsets and lengths must fit their bits. */
export const maxChunkBytes = 1 << 20;

export type ChunkPlace = {
  readonly pack: number;
  readonly frame: number;
  readonly offset: number;
  /** Stored bytes: the content's, or those of the recipe. */
  readonly length: number;
  readonly recipe: boolean;
};

/** Tells a frame from all others of the vault; in the order of these numbers they lie on disk. */
export const frameNumber = ({ pack, frame }: Pick<ChunkPlace, "pack" | "frame">): number =>
  pack * maxFramesPerPack + frame;

export type SharedTable = {
  readonly words: SharedArrayBuffer;
  readonly counter: SharedArrayBuffer;
  /** One byte per pack number: whether a claim found its chunk there. */
  readonly used: SharedArrayBuffer;
};

/** A table as bytes. Who makes a table of it gives the bytes away. */
export type TableImage = { readonly words: Uint8Array; readonly used: number };

/** At most four fifths of the slots are ever used. What a save makes room for is the most it may come to. */
const isRoomy = (slots: number, chunks: number): boolean => slots * 4 >= chunks * 5;

const slotsFor = (chunks: number): number => {
  let slots = fewestSlots;
  while (!isRoomy(slots, chunks)) slots *= 2;
  return slots;
};

/** Whether a table can be made of it at all. */
export const isImage = ({ words, used }: TableImage): boolean => {
  const slots = words.length / slotBytes;
  return slots >= fewestSlots && Number.isInteger(Math.log2(slots)) && isRoomy(slots, used);
};

/** What threads share of a table of so many slots. */
const sharedOf = (slots: number): SharedTable => ({
  words: new SharedArrayBuffer(slots * slotBytes),
  counter: new SharedArrayBuffer(4),
  used: new SharedArrayBuffer(trackedPacks),
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Packs beyond this share the last byte: then more counts as used than is. */
const trackedPacks = 1 << 16;
const slotOfPack = (pack: number): number => Math.min(pack, trackedPacks - 1);

export class ChunkTable {
  #words: Uint32Array;
  readonly #counter: Uint32Array;
  readonly #used: Uint8Array;
  readonly #mask: number;
  #shared: SharedTable;

  /** `own`: words that no other thread sees yet. */
  constructor(shared: SharedTable, own?: Uint32Array) {
    this.#shared = shared;
    this.#words = own ?? new Uint32Array(shared.words);
    this.#counter = new Uint32Array(shared.counter);
    this.#used = new Uint8Array(shared.used);
    this.#mask = this.#words.length / slotWords - 1;
  }

  static withRoomFor(chunks: number): ChunkTable {
    return ChunkTable.#withSlots(slotsFor(chunks));
  }

  static #withSlots(slots: number): ChunkTable {
    return new ChunkTable(sharedOf(slots));
  }

  /** For other threads. A table that was only read until now moves to where they can see it. */
  get shared(): SharedTable {
    if (this.#words.buffer !== this.#shared.words) {
      this.#shared = { ...this.#shared, words: new SharedArrayBuffer(this.#words.byteLength) };
      const words = new Uint32Array(this.#shared.words);
      words.set(this.#words);
      const { buffer } = this.#words;
      this.#words = words;
      // Large enough to be nobody else's: sixteen megabytes, for four gigabytes, are not left to the collector.
      if (buffer instanceof ArrayBuffer && buffer.byteLength >= 1 << 20) buffer.transfer(0);
    }
    return this.#shared;
  }

  get size(): number {
    return Atomics.load(this.#counter, 0);
  }

  hasRoomFor(more: number): boolean {
    return isRoomy(this.#mask + 1, this.size + more);
  }

  has(ids: Uint8Array, at: number): boolean {
    return this.#find(ids, at) >= 0;
  }

  find(ids: Uint8Array, at: number): ChunkPlace | undefined {
    const slot = this.#find(ids, at);
    if (slot < 0) return undefined;
    const place = this.#words[slot + 6] ?? 0;
    const state = this.#words[slot + 7] ?? 0;
    return {
      pack: this.#words[slot + 5] ?? 0,
      frame: place >>> 20,
      offset: place & 0xfffff,
      length: state & 0x1fffff,
      recipe: (state & recipeFlag) !== 0,
    };
  }

  /** True when the id was new; of several threads that claim one id, one is told so. */
  claim(ids: Uint8Array, at: number): boolean {
    const slot = this.#find(ids, at);
    if (slot < 0 && this.insert(ids, at, pending)) return true;
    const pack = slot < 0 ? pendingPack : (this.#words[slot + 5] ?? pendingPack);
    if (pack !== pendingPack) this.#used[slotOfPack(pack)] = 1;
    return false;
  }

  /** Whether a claim found its chunk in this pack. */
  isUsed(pack: number): boolean {
    return this.#used[slotOfPack(pack)] === 1;
  }

  /** The first place known of a chunk stays. */
  insert(ids: Uint8Array, at: number, place: ChunkPlace): boolean {
    const [a, b, c, d, e] = wordsOf(ids, at);
    const words = this.#words;
    for (let index = a & this.#mask; ; index = (index + 1) & this.#mask) {
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
          words[slot + 6] = ((place.frame << 20) | place.offset) >>> 0;
          Atomics.store(words, slot + 7, (place.length | (place.recipe ? recipeFlag : 0)) >>> 0);
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

  /** All slots as they are, for `ofImage`; of a table with too much room or too little, those of one that fits. */
  get image(): TableImage {
    const slots = slotsFor(this.size);
    if (slots === this.#mask + 1) return { words: bytesOf(this.#words), used: this.size };
    const fitting = ChunkTable.#withSlots(slots);
    fitting.#fill(this.#words);
    return { words: bytesOf(fitting.#words), used: this.size };
  }

  /** A table from what `image` gave, with room for so many more, if tight; used in place when it can be. */
  static ofImage({ words, used }: TableImage, more: number): ChunkTable {
    const slots = words.length / slotBytes;
    const own =
      words.byteOffset % 4 === 0
        ? new Uint32Array(words.buffer, words.byteOffset, words.length / 4)
        : new Uint32Array(Uint8Array.from(words).buffer);
    const hasRoom = isRoomy(slots, used + more);
    const table = hasRoom
      ? new ChunkTable(sharedOf(0), own)
      : ChunkTable.#withSlots(Math.max(slots, slotsFor(used + more)));
    if (!hasRoom) table.#fill(own);
    table.#counter[0] = used;
    return table;
  }

  /** A copy with room for more; what is claimed in the one is unknown to the other. */
  roomier(more: number): ChunkTable {
    const table = ChunkTable.#withSlots(slotsFor(this.size + more));
    table.#fill(this.#words);
    table.#counter[0] = this.size;
    return table;
  }

  /** Only for a table that is still empty and that no other thread knows. */
  #fill(from: Uint32Array): void {
    for (let slot = 0; slot < from.length; slot += slotWords) {
      if (from[slot + 7] === 0) continue;
      let to = ((from[slot] ?? 0) & this.#mask) * slotWords;
      while (this.#words[to + 7] !== 0) to = (to + slotWords) % this.#words.length;
      for (let word = 0; word < slotWords; word += 1) this.#words[to + word] = from[slot + word] ?? 0;
    }
  }

  /** Every chunk and its place; `ids` is used again for the next one. */
  *entries(): Generator<{ readonly ids: Uint8Array; readonly place: ChunkPlace }> {
    const ids = new Uint8Array(idBytes);
    const view = new DataView(ids.buffer);
    for (let slot = 0; slot < this.#words.length; slot += slotWords) {
      if (this.#words[slot + 7] === 0) continue;
      for (let word = 0; word < 5; word += 1) view.setUint32(word * 4, this.#words[slot + word] ?? 0, true);
      const place = this.find(ids, 0);
      if (place !== undefined) yield { ids, place };
    }
  }

  #find(ids: Uint8Array, at: number): number {
    const [a, b, c, d, e] = wordsOf(ids, at);
    const words = this.#words;
    for (let index = a & this.#mask; ; index = (index + 1) & this.#mask) {
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

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>>
  0;

const scratch: [number, number, number, number, number] = [0, 0, 0, 0, 0];

/** The five words of an id. The answer is one array used again and again: take it apart at once. */
const wordsOf = (ids: Uint8Array, at: number) => {
  scratch[0] = word(ids, at);
  scratch[1] = word(ids, at + 4);
  scratch[2] = word(ids, at + 8);
  scratch[3] = word(ids, at + 12);
  scratch[4] = word(ids, at + 16);
  return scratch;
};
