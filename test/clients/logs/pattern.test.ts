import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternOf } from "../../../src/clients/logs/pattern/index.ts";

/** Expressions in the part of the syntax that both engines know, written so that JavaScript's unicode mode takes them. */
const { expression } = fc.letrec<{ expression: string; sequence: string; term: string; atom: string }>(
  (tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      tie("sequence"),
      fc.tuple(tie("sequence"), tie("sequence")).map(([a, b]) => `${a}|${b}`),
    ),
    sequence: fc.array(tie("term"), { maxLength: 4 }).map((terms) => terms.join("")),
    term: fc.oneof(
      { weight: 3, arbitrary: tie("atom") },
      { weight: 1, arbitrary: fc.constantFrom("^", "$", "\\b", "\\B") },
      {
        weight: 2,
        arbitrary: fc
          .tuple(tie("atom"), fc.constantFrom("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "+?", "??"))
          .map(([atom, times]) => `${atom}${times}`),
      },
    ),
    atom: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom("a", "b", "A", "1", "_", " ", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "é"),
      fc.constantFrom(
        "[ab]",
        "[^ab]",
        "[a-f0-9]",
        "[^\\d]",
        "[\\w.]",
        "[\\W1]",
        "\\.",
        "\\[",
        "\\x61",
        "\\u0062",
      ),
      tie("expression").map((inner) => `(${inner})`),
      tie("expression").map((inner) => `(?:${inner})`),
    ),
  }),
);

// No character outside the basic plane here: beside one, V8 also tries \B between the two halves of the character.
const text = fc
  .array(fc.constantFrom("a", "b", "A", "B", "c", "1", "7", "_", " ", ".", "[", "\n", "é", "É"), {
    maxLength: 12,
  })
  .map((characters) => characters.join(""));

describe("a log pattern", () => {
  it("finds exactly what JavaScript's own engine finds", () => {
    fc.assert(
      fc.property(
        expression,
        fc.array(text, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (source, texts, ignoreCase) => {
          const ours = patternOf(source, { ignoreCase });
          const theirs = new RegExp(source, ignoreCase ? "iu" : "u");
          for (const each of texts)
            expect(ours.test(each), `/${source}/ in ${JSON.stringify(each)}`).toBe(theirs.test(each));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each([["(a+)+$"], ["(a|aa)+$"], ["(.*)*x"], ["(a?){30}a{30}b"], ["^(([a-z])+.)+[A-Z]([a-z])+$"]])(
    "reads the text once for %s, where a backtracking engine would not come back",
    (source) => {
      expect(patternOf(source).test(`${"a".repeat(4_000)}!`)).toBe(false);
    },
  );

  it("goes on correctly when it has met more sets of places than it keeps", () => {
    // "an a, then exactly eleven characters to the end" needs about 4,000 of them.
    const pattern = patternOf("a.{11}$");
    let state = 1;
    const long = Array.from({ length: 30_000 }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % 3 === 0 ? "a" : "b";
    }).join("");
    expect(pattern.test(`${long}abbbbbbbbbbb`)).toBe(true);
    expect(pattern.test(`${long}bbbbbbbbbbbb`)).toBe(false);
  });

  it("takes a brace that repeats nothing as itself, as in the JSON of a log", () => {
    expect(patternOf('{"code":\\d+}').test('error {"code":401}')).toBe(true);
    expect(patternOf("a{,2}").test("a{,2}")).toBe(true);
  });

  it("takes a character outside the basic plane as one", () => {
    expect(patternOf("^a.b$").test("a🦞b")).toBe(true);
    expect(patternOf("^a[🦀-🦞]b$").test("a🦞b")).toBe(true);
    expect(patternOf("^a..b$").test("a🦞b")).toBe(false);
  });

  it("ignores case when (?i) stands in front", () => {
    expect(patternOf("(?i)unauthorized").test("401 Unauthorized")).toBe(true);
    expect(patternOf("unauthorized").test("401 Unauthorized")).toBe(false);
  });

  it.each([
    ["(?=a)b", "look-around"],
    ["(?<!a)b", "look-around"],
    ["(a)\\1", "back references"],
    ["(a", "without its )"],
    ["a)", "without its ("],
    ["[a", "without its ]"],
    ["*a", "nothing to repeat"],
    ["a**", "itself repeated"],
    ["a{3,1}", "ends before it begins"],
    ["[z-a]", "ends before it begins"],
    ["a\\", "ends with a \\"],
    ["\\q", "not supported"],
    ["a{501}", "more than 500 times"],
    ["((a{300}){300}){300}", "too large"],
    ["a".repeat(1_001), "longer than"],
    ["(".repeat(60) + ")".repeat(60), "nested deeper"],
  ])("refuses %s with the reason", (source, why) => {
    expect(() => patternOf(source)).toThrow(
      expect.objectContaining({
        code: "LOG_PATTERN",
        message: expect.stringContaining(why),
        hint: expect.stringMatching(/\S/),
      }),
    );
  });
});
