import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkTable } from "../../../src/core/chunk/chunk-table.ts";
import { chunkSizes, gear, makeCutter } from "../../../src/core/chunk/cutter.ts";
import { noise } from "../support/trees.ts";

/** The same in plain words: slow, and plainly right. */
const cutPlainly = (bytes: Buffer, start: number): number => {
  const end = Math.min(bytes.length, start + chunkSizes.max);
  if (bytes.length - start <= chunkSizes.min) return bytes.length;
  let hash = 0;
  for (let at = start + chunkSizes.min; at < end; at += 1) {
    hash = ((hash << 1) + (gear[bytes[at] ?? 0] ?? 0)) | 0;
    const bits = at < start + chunkSizes.wanted ? 17 : 15;
    if (hash >>> (32 - bits) === 0) return at + 1;
  }
  return end;
};

const cutsOf = (bytes: Buffer): readonly number[] => {
  const { window, cut } = makeCutter(bytes.length);
  bytes.copy(window);
  const cuts: number[] = [];
  for (let at = 0; at < bytes.length; at = cuts.at(-1) ?? bytes.length) cuts.push(cut(at, bytes.length));
  return cuts;
};

describe("cutting by content", () => {
  it("cuts where the plain rule says", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 900_000 }), (seed, length) => {
        const bytes = noise(length, seed);
        const wanted: number[] = [];
        for (let at = 0; at < bytes.length; at = wanted.at(-1) ?? bytes.length)
          wanted.push(cutPlainly(bytes, at));
        expect(cutsOf(bytes)).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it("finds the same pieces again after something was put in front", () => {
    const bytes = noise(2_000_000, 11);
    const pieces = (whole: Buffer) => {
      const cuts = cutsOf(whole);
      return cuts.map((end, at) => whole.subarray(cuts[at - 1] ?? 0, end).toString("base64"));
    };
    const before = new Set(pieces(bytes));
    const after = pieces(Buffer.concat([Buffer.from("something new"), bytes]));
    expect(after.filter((piece) => !before.has(piece)).length).toBeLessThanOrEqual(2);
  });
});

describe("the table of chunks", () => {
  it("finds what was put in, gives each id to one claimer, and keeps the first place", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uint8Array({ minLength: 20, maxLength: 20 }), {
          maxLength: 60,
          selector: (id) => id.join(),
        }),
        (ids) => {
          const table = ChunkTable.withRoomFor(10);
          ids.forEach((id, at) => {
            expect(
              table.insert(id, 0, {
                pack: at,
                frame: at % 4_096,
                offset: at * 17,
                length: at + 1,
                recipe: at % 3 === 0,
              }),
            ).toBe(true);
          });
          ids.forEach((id, at) => {
            expect(table.insert(id, 0, { pack: 999, frame: 0, offset: 0, length: 1, recipe: false })).toBe(
              false,
            );
            expect(table.find(id, 0)).toEqual({
              pack: at,
              frame: at % 4_096,
              offset: at * 17,
              length: at + 1,
              recipe: at % 3 === 0,
            });
            expect(table.claim(id, 0)).toBe(false);
            expect(table.packOf(id, 0)).toBe(at);
          });
          expect(table.size).toBe(ids.length);
          expect([...table.entries()]).toHaveLength(ids.length);
        },
      ),
    );
  });
});
