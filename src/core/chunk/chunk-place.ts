import { idBytes } from "../manifest/entry.ts";

/** Where a chunk lies in the vault. */
export type ChunkPlace = {
  readonly pack: number;
  readonly frame: number;
  readonly offset: number;
  /** Stored bytes: the content's, or those of the recipe. */
  readonly length: number;
  readonly recipe: boolean;
};

export const maxFramesPerPack = 1 << 12;
/** Offsets and lengths must fit their bits. */
export const maxChunkBytes = 1 << 20;

/** Tells a frame from all others of the vault; in the order of these numbers they lie on disk. */
export const frameNumber = ({ pack, frame }: Pick<ChunkPlace, "pack" | "frame">): number =>
  pack * maxFramesPerPack + frame;

/**
 * A chunk in eight words, wherever many of them stand together: five of id, one of pack number, one of frame (12 bits)
 * and offset (20 bits), one of length (with a flag for recipes), which is never 0.
 */
export const slotWords = 8;
export const slotBytes = slotWords * 4;
const recipeFlag = 0x8000_0000;

export const frameWord = ({ frame, offset }: ChunkPlace): number => ((frame << 20) | offset) >>> 0;
export const lengthWord = ({ length, recipe }: ChunkPlace): number =>
  (length | (recipe ? recipeFlag : 0)) >>> 0;

/** What the slot at `slot` says; `firstPack` is the number that its pack 0 has for the reader. */
export const placeAt = (words: Uint32Array, slot: number, firstPack = 0): ChunkPlace => {
  const place = words[slot + 6] ?? 0;
  const state = words[slot + 7] ?? 0;
  return {
    pack: firstPack + (words[slot + 5] ?? 0),
    frame: place >>> 20,
    offset: place & 0xfffff,
    length: state & 0x1fffff,
    recipe: (state & recipeFlag) !== 0,
  };
};

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>>
  0;

const scratch: [number, number, number, number, number] = [0, 0, 0, 0, 0];

/** The five words of an id. The answer is one array used again and again: take it apart at once. */
export const wordsOf = (ids: Uint8Array, at: number) => {
  scratch[0] = word(ids, at);
  scratch[1] = word(ids, at + 4);
  scratch[2] = word(ids, at + 8);
  scratch[3] = word(ids, at + 12);
  scratch[4] = word(ids, at + 16);
  return scratch;
};

export type KnownChunk = { readonly ids: Uint8Array; readonly place: ChunkPlace };

/** The chunks in all slots that are not free; `ids` is used again for the next one. */
export function* chunksIn(words: Uint32Array, firstPack = 0): Generator<KnownChunk> {
  const ids = new Uint8Array(idBytes);
  const view = new DataView(ids.buffer);
  for (let slot = 0; slot < words.length; slot += slotWords) {
    if (words[slot + 7] === 0) continue;
    for (let at = 0; at < 5; at += 1) view.setUint32(at * 4, words[slot + at] ?? 0, true);
    yield { ids, place: placeAt(words, slot, firstPack) };
  }
}

/** Below 0 when the id in one slot comes before that in the other: by their words, as numbers. */
export const compareSlots = (a: Uint32Array, slotA: number, b: Uint32Array, slotB: number): number => {
  for (let at = 0; at < 5; at += 1) {
    const [one = 0, other = 0] = [a[slotA + at], b[slotB + at]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
};
