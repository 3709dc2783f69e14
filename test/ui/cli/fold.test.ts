import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldLine, foldText } from "../../../src/ui/cli/fold.ts";

describe("folding", () => {
  it("goes on under the last column", () => {
    expect(foldLine("  --tag TAG    a word to find it by, which may be repeated", 40)).toEqual([
      "  --tag TAG    a word to find it by,",
      "               which may be repeated",
    ]);
    expect(foldLine("short", 40)).toEqual(["short"]);
    expect(foldLine("ID  WHY", 4)).toEqual(["ID ", "WHY"].map((line) => line.trimEnd()));
  });

  it("makes paragraphs of what was written in other widths, and keeps lists", () => {
    expect(foldText("one two\nthree four\n\n  - five\n  - six\nseven", 12)).toEqual([
      "one two",
      "three four",
      "",
      "  - five",
      "  - six",
      "seven",
    ]);
  });

  it("loses no word and makes no line longer than it must be", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 20, max: 80 }), (words, width) => {
        const lines = foldLine(words.join(" "), width);
        expect(lines.join(" ").split(" ")).toEqual(words);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
