import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inAscii } from "../../../../src/ui/console/panes/ascii.ts";
import { wrapped } from "../../../../src/ui/console/panes/wrap.ts";
import { width } from "../../../../src/ui/console/theme/index.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc
    .array(fc.constantFrom("東京", "a", "restore", "👨‍👩‍👧‍👦", "·", "x".repeat(30), ""), { maxLength: 20 })
    .map((words) => words.join(" ")),
);

describe("wrapping", () => {
  it("loses no letter, and no line is wider than asked for", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 60 }), (words, columns) => {
        const lines = wrapped(words, columns);
        expect(lines.join("").replaceAll(" ", "")).toBe(words.replaceAll(" ", ""));
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it("breaks between words where there are any", () => {
    expect(wrapped("take it back, safely", 10)).toEqual(["take it", "back,", "safely"]);
  });
});

describe("signs for a terminal of seven bits", () => {
  it("take the columns of what they stand for", () => {
    fc.assert(
      fc.property(text, (line) => {
        expect(width(inAscii(line))).toBe(width(line));
      }),
    );
  });

  it("are known ones where there are any, and names stay", () => {
    expect(inAscii("▲ deploy → 東京 · ✂")).toBe("^ deploy > 東京 . ?");
  });
});
