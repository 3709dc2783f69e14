import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkTable, isImage } from "../../../src/core/chunk/chunk-table.ts";
import { idBytes } from "../../../src/core/manifest/entry.ts";

const idNumber = (number: number): Uint8Array => {
  const id = Buffer.alloc(idBytes);
  // Odd multiples spread over the slots, and many of them share one.
  id.writeUInt32LE(Math.imul(number, 0x9e37_79b1) & 0x3fff, 0);
  id.writeUInt32LE(number, 4);
  return id;
};

const placeOf = (number: number) => ({
  pack: number % 7,
  frame: number % 4_096,
  offset: (number * 31) % (1 << 20),
  length: 1 + (number % (1 << 20)),
  recipe: number % 3 === 0,
});

const tableOf = (chunks: number, room: number): ChunkTable => {
  const table = ChunkTable.withRoomFor(room);
  for (let number = 0; number < chunks; number += 1) table.insert(idNumber(number), 0, placeOf(number));
  return table;
};

describe("a table of chunks", () => {
  test("made from its image, from a Buffer at any offset and with any room, knows the same chunks", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 7 }),
        (chunks, spare, more, offset) => {
          const image = tableOf(chunks, chunks + spare).image;
          const stored = Buffer.concat([Buffer.alloc(offset), image.words]).subarray(offset);
          expect(isImage({ words: stored, used: image.used })).toBe(true);
          const made = ChunkTable.ofImage({ words: stored, used: image.used }, more);
          const roomier = made.roomier(2 * more);
          expect(roomier.hasRoomFor(2 * more)).toBe(true);
          for (const table of [made, roomier, new ChunkTable(made.shared)]) {
            expect(table.size).toBe(chunks);
            for (let number = 0; number < chunks; number += 1)
              expect(table.find(idNumber(number), 0)).toEqual(placeOf(number));
            expect(table.has(idNumber(chunks), 0)).toBe(false);
          }
          // Room for what was asked is there, and what one thread adds the others see.
          const other = new ChunkTable(made.shared);
          for (let number = chunks; number < chunks + more; number += 1)
            made.insert(idNumber(number), 0, placeOf(number));
          expect(other.size).toBe(chunks + more);
          expect(isImage(made.image)).toBe(true);
          for (let number = 0; number < chunks + more; number += 97)
            expect(other.find(idNumber(number), 0)).toEqual(placeOf(number));
        },
      ),
      { numRuns: 20 },
    );
  });

  test("with too much room gives the image of a smaller one", () => {
    expect(tableOf(100, 100_000).image.words.length).toBe(tableOf(100, 100).image.words.length);
  });

  test("is not made of bytes that would make a search of it endless", () => {
    const { words, used } = tableOf(100, 100).image;
    expect(isImage({ words, used: 1_000 })).toBe(false);
    expect(isImage({ words: words.subarray(32), used })).toBe(false);
    expect(isImage({ words: words.subarray(0, 0), used: 0 })).toBe(false);
  });
});
