import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareSlots, slotWords } from "../../../src/core/chunk/chunk-place.ts";
import { ChunkTable } from "../../../src/core/chunk/chunk-table.ts";
import { idNumber, placeOf } from "./support.ts";

const fill = (table: ChunkTable, from: number, to: number): ChunkTable => {
  for (let number = from; number < to; number += 1) table.insert(idNumber(number), 0, placeOf(number));
  return table;
};

const expectChunks = (table: ChunkTable, chunks: number): void => {
  expect(table.size).toBe(chunks);
  for (let number = 0; number < chunks; number += 1)
    expect(table.find(idNumber(number), 0)).toEqual(placeOf(number));
  expect(table.has(idNumber(chunks), 0)).toBe(false);
};

describe("a table of chunks", () => {
  test("grows with what comes, and has the room that was asked for once threads share it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 20_000 }),
        (chunks, room, more) => {
          const table = fill(ChunkTable.withRoomFor(room), 0, chunks);
          expectChunks(table, chunks);
          const other = ChunkTable.ofShared(table.shared(more));
          expectChunks(other, chunks);
          // What one thread adds the others see.
          fill(table, chunks, chunks + more);
          expect(other.size).toBe(chunks + more);
          for (let number = 0; number < chunks + more; number += 97)
            expect(other.find(idNumber(number), 0)).toEqual(placeOf(number));
        },
      ),
      { numRuns: 20 },
    );
  });

  test("stops rather than search for ever when threads bring more than was said", () => {
    const table = ChunkTable.withRoomFor(10);
    table.shared(10);
    expect(() => fill(table, 0, 5_000)).toThrow("full");
  });

  test("gives all its chunks in the order of their ids, those that ran over its end as well", () => {
    const table = fill(ChunkTable.withRoomFor(10), 0, 3_000);
    // The last places of the table are asked for by more chunks than there are.
    for (let number = 0; number < 40; number += 1) {
      const id = Buffer.alloc(20, 0xff);
      id.writeUInt32LE(number, 16);
      table.insert(id, 0, placeOf(number));
    }
    const words = table.sorted(0);
    expect(words.length).toBe(3_040 * slotWords);
    for (let slot = slotWords; slot < words.length; slot += slotWords)
      expect(compareSlots(words, slot - slotWords, words, slot)).toBeLessThan(0);
  });

  test("forgets all its chunks, and then begins anew", () => {
    const table = fill(ChunkTable.withRoomFor(10), 0, 3_000);
    table.clear();
    expectChunks(table, 0);
    expectChunks(fill(table, 0, 2_000), 2_000);
  });

  test("a chunk that is claimed has no pack before it has a place", () => {
    const table = ChunkTable.withRoomFor(1);
    expect(table.claim(idNumber(1), 0)).toBe(true);
    expect(table.claim(idNumber(1), 0)).toBe(false);
    expect(table.packOf(idNumber(1), 0)).toBeUndefined();
    table.insert(idNumber(2), 0, placeOf(2));
    expect(table.packOf(idNumber(2), 0)).toBe(2);
  });
});
