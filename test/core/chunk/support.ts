import type { ChunkPlace } from "../../../src/core/chunk/chunk-place.ts";
import { idBytes } from "../../../src/core/manifest/entry.ts";

/** Many of these share their first word with others, and so the place in a table where a search begins. */
export const idNumber = (number: number): Uint8Array => {
  const id = Buffer.alloc(idBytes);
  id.writeUInt32LE(Math.imul(number & 0x3fff, 0x9e37_79b1) >>> 0, 0);
  id.writeUInt32LE(number, 4);
  return id;
};

export const placeOf = (number: number): ChunkPlace => ({
  pack: number % 7,
  frame: number % 4_096,
  offset: (number * 31) % (1 << 20),
  length: 1 + (number % (1 << 20)),
  recipe: number % 3 === 0,
});
