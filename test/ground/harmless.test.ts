import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { harmless, harmlessLine } from "../../src/ground/index.ts";
import { anyText } from "../support/any-text.ts";

const esc = "\u001b";

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("text from outside", () => {
  it.each([
    ["a colour", `${esc}[31mred${esc}[0m`, "red"],
    ["a cursor move", `a${esc}[2;5Hb`, "ab"],
    ["a title that types a command", `x${esc}]0;rm -rf /\u0007y`, "xy"],
    ["a hyperlink", `${esc}]8;;http://evil${esc}\\here${esc}]8;;${esc}\\`, "here"],
    ["a clipboard write", `${esc}]52;c;ZXZpbA==\u0007ok`, "ok"],
    ["a device query", `a${esc}P+q544e${esc}\\b`, "ab"],
    ["the 8-bit forms", "a\u009b31mb\u009d0;x\u009cc", "abc"],
    ["a half sequence at the end", `abc${esc}[`, "abc"],
    ["bells and backspaces", "a\u0007b\u0008c", "abc"],
    ["a bidirectional override", "user\u202etxt.exe", "usertxt.exe"],
    ["isolates and marks", "\u2066a\u2069\u200eb\u061c", "ab"],
    ["zero-width text", "pass\u200bword\ufeff", "password"],
    ["a lone surrogate", "a\ud800b\udc00c", "abc"],
    ["a carriage return that overwrites", "good\rbad", "goodbad"],
  ])("loses %s", (_name, hostile, left) => {
    expect(harmless(hostile)).toBe(left);
  });

  it("lets no sequence without an end hide what stands behind it", () => {
    expect(harmless(`one${esc}]0;two\nthree`)).toBe("one0;two\nthree");
    expect(harmless("one\u009dtwo\nthree\u0007")).toBe("onetwo\nthree");
    expect(harmless(`a${esc}Pb${esc}]0;c\u0007d`)).toBe("abd");
  });

  it("keeps words of every script, emoji families and line breaks", () => {
    const text = "naïve 漢字 עברית 👩‍👩‍👧‍👦 🏳️‍🌈\n\tnext";
    expect(harmless(text)).toBe(text);
  });

  it("never holds a control character afterwards, whatever came in", () => {
    fc.assert(
      fc.property(anyText(400), (text) => {
        expect(harmless(text)).not.toMatch(controls);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is cut to one line of a bounded length", () => {
    expect(harmlessLine("a\nb\tc")).toBe("a b c");
    expect(harmlessLine("x".repeat(10_000), 10)).toBe(`${"x".repeat(10)}…`);
  });
});
