import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkTable } from "../../../src/core/chunk/chunk-table.ts";
import { slotWords } from "../../../src/core/chunk/chunk-place.ts";
import { SortedChunks, slotsPerPiece } from "../../../src/core/chunk/sorted-chunks.ts";
import { idNumber, placeOf } from "./support.ts";

const sortedOf = (chunks: number, idOf: (number: number) => Uint8Array = idNumber) => {
  const table = ChunkTable.withRoomFor(chunks);
  for (let number = 0; number < chunks; number += 1) table.insert(idOf(number), 0, placeOf(number));
  const words = table.sorted(0);
  const asked: number[] = [];
  const perPiece = slotsPerPiece * slotWords;
  const fences = Uint32Array.from(
    { length: Math.ceil(chunks / slotsPerPiece) },
    (_, piece) => words[piece * perPiece] ?? 0,
  );
  const sorted = new SortedChunks({ chunks, fences, firstPack: 100 }, (first, count, to) => {
    for (let piece = first; piece < first + count; piece += 1) asked.push(piece);
    const part = words.slice(first * perPiece, (first + count) * perPiece);
    to.set(new Uint8Array(part.buffer));
  });
  return { sorted, asked };
};

const placeIn100 = (number: number) => ({ ...placeOf(number), pack: placeOf(number).pack + 100 });

describe("sorted chunks", () => {
  test("know every chunk and no other, however many share the beginning of their ids", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.boolean(), (chunks, alike) => {
        const idOf = (number: number): Uint8Array => {
          const id = Buffer.from(idNumber(number));
          // So that one first word spans several pieces.
          if (alike) id.writeUInt32LE(number % 3, 0);
          return id;
        };
        const { sorted } = sortedOf(chunks, idOf);
        for (let number = 0; number < chunks; number += 1) {
          expect(sorted.find(idOf(number), 0)).toEqual(placeIn100(number));
          expect(sorted.packOf(idOf(number), 0)).toBe(placeIn100(number).pack);
        }
        for (let number = chunks; number < chunks + 50; number += 1)
          expect(sorted.find(idOf(number), 0)).toBeUndefined();
        expect([...sorted.entries()]).toHaveLength(chunks);
      }),
      { numRuns: 10 },
    );
  });

  test("are taken from a table as they come out of it", () => {
    const table = ChunkTable.withRoomFor(0);
    for (let number = 0; number < 1_000; number += 1) table.insert(idNumber(number), 0, placeOf(number));
    const sorted = SortedChunks.ofWords(table.sorted(0), 100);
    const { shared } = sorted;
    for (const each of [sorted, SortedChunks.ofShared(shared)]) {
      for (let number = 0; number < 1_000; number += 1)
        expect(each.find(idNumber(number), 0)).toEqual(placeIn100(number));
      expect(each.find(idNumber(1_000), 0)).toBeUndefined();
    }
  });

  test("read what is asked for, once, and the rest when other threads are to see it", () => {
    const { sorted, asked } = sortedOf(50 * slotsPerPiece);
    sorted.find(idNumber(7), 0);
    sorted.find(idNumber(7), 0);
    expect(asked.length).toBeLessThanOrEqual(2);
    const other = SortedChunks.ofShared(sorted.shared);
    expect(asked.toSorted((a, b) => a - b)).toEqual([...Array(50).keys()]);
    expect(other.find(idNumber(4_321), 0)).toEqual(placeIn100(4_321));
  });
});
