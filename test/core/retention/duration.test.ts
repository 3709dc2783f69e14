import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProblem } from "../../../src/ground/index.ts";
import { durationText, parseDuration } from "../../../src/core/retention/index.ts";

const refusalOf = (text: string): { readonly message: string; readonly hint: string | undefined } => {
  try {
    parseDuration(text);
  } catch (error) {
    if (isProblem(error)) return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error(`${text} was accepted`);
};

describe("a length of time", () => {
  it.each([
    ["45s", 45_000],
    ["90m", 5_400_000],
    ["12h", 43_200_000],
    ["24h", 86_400_000],
    ["30d", 2_592_000_000],
    ["2w", 1_209_600_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    [" 2 Days ", 172_800_000],
    ["1d 12h", 129_600_000],
    ["250ms", 250],
  ])("%s is %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ["24", '"24" has no unit.'],
    ["", "A length of time is empty."],
    ["-1h", '"-1h" is negative.'],
    ["0s", '"0s" is no time at all.'],
    ["3 fortnights", '"3 fortnights" has an unknown unit "fortnights".'],
    ["1m1h", '"1m1h" has its units in no order: larger ones come first, each once.'],
    ["1h1h", '"1h1h" has its units in no order: larger ones come first, each once.'],
    ["1h x", '"1h x" is not a length of time.'],
    ["99999w", '"99999w" is longer than a hundred years.'],
    ["1mo", '"1mo" has an unknown unit "mo".'],
  ])("%j is refused in plain words", (text, message) => {
    expect(refusalOf(text)).toEqual({ message, hint: expect.stringContaining("12h") });
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000_000_000_000 }), (ms) => {
        expect(parseDuration(durationText(ms))).toBe(ms);
      }),
    );
  });

  it("is never zero or less, whatever is written", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,4}(\.\d{0,3})?[a-z ]{0,3}$/)), (text) => {
        let ms = 1;
        try {
          ms = parseDuration(text);
        } catch (error) {
          if (!isProblem(error)) throw error;
        }
        expect(ms).toBeGreaterThan(0);
      }),
    );
  });
});
