import fc from "fast-check";
import { expect, it } from "vitest";
import { nearest, slips } from "../../../src/ui/cli/nearest.ts";

const words = ["status", "snapshots", "compare", "restore", "verify", "doctor"];

it.each([
  ["statsu", "status"],
  ["snapshot", "snapshots"],
  ["snap", "snapshots"],
  ["restroe", "restore"],
  ["Verify", "verify"],
  ["docter", "doctor"],
])("%s was meant to be %s", (typed, word) => {
  expect(nearest(typed, words)).toBe(word);
});

it("does not guess when nothing is near", () => {
  expect(nearest("xyzzy", words)).toBeUndefined();
});

it("counts slips like a distance: the same both ways, zero only for the same word", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(slips(a, b)).toBe(slips(b, a));
      expect(slips(a, b) === 0).toBe(a === b);
    }),
  );
});
