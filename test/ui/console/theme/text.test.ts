import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import {
  clustersOf,
  fit,
  glyphWidth,
  loneWidth,
  stripSgr,
  width,
} from "../../../../src/ui/console/theme/index.ts";

const pieces = fc.constantFrom(
  "a",
  "Z",
  " ",
  "0",
  "~",
  "é",
  "ß",
  "│",
  "▁",
  "●",
  "✖",
  "⏸",
  "▸",
  "…",
  "日",
  "ｗ",
  "ﾊﾞ",
  "한",
  "ก็",
  "คำ",
  "क्ष",
  "👍",
  "👍🏽",
  "👩‍👩‍👧",
  "🇫🇷",
  "1️⃣",
  "✖️",
  "e\u0301",
  "\u200b",
  "\u0301",
  "ᄀ",
  "ᅡ",
  "ᆨ",
);
const texts = fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join(""));
const colours = fc.constantFrom("\u001b[31m", "\u001b[0m", "\u001b[1;38;2;1;2;3m", "\u001b[39;22m");
const coloured = fc
  .array(fc.oneof({ weight: 4, arbitrary: pieces }, { weight: 1, arbitrary: colours }), { maxLength: 24 })
  .map((parts) => parts.join(""));

const segmenter = new Intl.Segmenter();

const segments = (text: string): number => [...segmenter.segment(text)].length;

it("takes every character for what the measure and the segmenter take it for, also those it does not ask them of", () => {
  const wrong: string[] = [];
  for (let unit = 0x01; unit < 0x1_0000; unit += 1) {
    if (unit >= 0xd800 && unit <= 0xdfff) continue;
    const character = String.fromCharCode(unit);
    const columns = Math.min(2, stringWidth(character));
    const lone = loneWidth(character, 0);
    const stands = [`a${character}`, `${character}a`, character + character].every(
      (pair) => segments(pair) === 2,
    );
    if (glyphWidth(character) !== columns || (lone === -1 ? stands : !stands || lone !== columns)) {
      wrong.push(unit.toString(16));
    }
  }
  expect(wrong).toEqual([]);
});

it("falls into the letters that the segmenter finds", () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: "grapheme" })), (text) => {
      expect([...clustersOf(text)]).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment));
    }),
    { numRuns: 3_000 },
  );
});

describe("text in columns", () => {
  it("is measured as Ink measures it", () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: "grapheme" })), (text) => {
        expect(width(text)).toBe(stringWidth(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it("is measured without its colours", () => {
    expect(width("\u001b[1;31mprod\u001b[0m-\u001b[38;2;1;2;3m日本\u001b[m")).toBe(9);
  });

  it("fits to exactly the columns it is given, whatever is in it", () => {
    fc.assert(
      fc.property(
        coloured,
        fc.nat(30),
        fc.constantFrom("left", "right", "center"),
        (text, columns, align) => {
          expect(width(fit(text, columns, { align }))).toBe(columns);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("keeps every colour change when it cuts, so that what ends still ends", () => {
    fc.assert(
      fc.property(coloured, fc.integer({ min: 1, max: 12 }), (text, columns) => {
        const changes = text.match(/\u001b\[[\d;]*m/g) ?? []; // oxlint-disable-line no-control-regex
        expect(fit(text, columns).match(/\u001b\[[\d;]*m/g) ?? []).toEqual(changes); // oxlint-disable-line no-control-regex
      }),
    );
  });

  it.each([
    ["gateway", 10, "gateway   "],
    ["gateway", 7, "gateway"],
    ["gateway", 5, "gate…"],
    ["gateway", 1, "g"],
    ["gateway", 0, ""],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日 …"],
    ["日本", 1, " "],
    ["\u001b[31mprod-eu\u001b[39m", 5, "\u001b[31mprod…\u001b[39m"],
  ])("fits %j into %i columns as %j", (text, columns, expected) => {
    expect(fit(text, columns)).toBe(expected);
  });

  it("loses its colours when asked to", () => {
    expect(stripSgr("\u001b[1;31mx\u001b[0m y")).toBe("x y");
  });
});
