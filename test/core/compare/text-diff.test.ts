import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLimitBytes, diffText, type TextDiff } from "../../../src/core/compare/index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const names = { before: "a", after: "b" };

const linesOf = (diff: TextDiff): readonly string[] => {
  if (diff.kind !== "text") throw new Error(`no text difference but ${diff.kind}`);
  return diff.lines;
};

/** An independent reading of the unified format: applies the hunks to the old text. */
const apply = (before: string, lines: readonly string[]): string => {
  const old = before === "" ? [] : before.split(/(?<=\n)/);
  const result: string[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line);
    if (index < 2) continue;
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === "0" ? 0 : 1);
      result.push(...old.slice(at, start));
      at = start;
      continue;
    }
    const text = `${line.slice(1)}${lines[index + 1]?.startsWith("\\") === true ? "" : "\n"}`;
    if (line.startsWith("+")) result.push(text);
    else if (line.startsWith("-") || line.startsWith(" ")) {
      if (old[at] !== text) throw new Error(`hunk does not fit at line ${at + 1}`);
      if (line.startsWith(" ")) result.push(text);
      at += 1;
    }
  }
  return [...result, ...old.slice(at)].join("");
};

const anyText = fc
  .array(fc.constantFrom("a\n", "b\n", "c\n", "\n", "+x\n", "--- \n", "\\ no\n", "ü😀\n"), { maxLength: 40 })
  .chain((lines) => fc.constantFrom("", "end").map((end) => lines.join("") + end));

describe("the difference of two texts", () => {
  it("reads as diff -u writes it", () => {
    const before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";
    const after = "one\ntwo\n3\nfour\nfive\nsix\nseven\neight\nnine\nten";
    expect(
      linesOf(diffText(bytes(before), bytes(after), { names: { before: "old", after: "new" } })),
    ).toEqual([
      "--- old",
      "+++ new",
      "@@ -1,9 +1,10 @@",
      " one",
      " two",
      "-three",
      "+3",
      " four",
      " five",
      " six",
      " seven",
      " eight",
      " nine",
      "+ten",
      "\\ No newline at end of file",
    ]);
    expect(linesOf(diffText(bytes(before), bytes(after), { names, context: 0 }))).toEqual([
      "--- a",
      "+++ b",
      "@@ -3 +3 @@",
      "-three",
      "+3",
      "@@ -9,0 +10 @@",
      "+ten",
      "\\ No newline at end of file",
    ]);
  });

  it("applied to the old text gives the new one", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 0, max: 4 }), (before, after, context) => {
        const diff = diffText(bytes(before), bytes(after), { names, context });
        expect(diff.kind === "same").toBe(before === after);
        expect(apply(before, diff.kind === "same" ? [] : linesOf(diff))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it("is the shortest there is", () => {
    const longest = (left: readonly string[], right: readonly string[]): number => {
      const lengths = Array.from({ length: right.length + 1 }, () => 0);
      for (const line of left) {
        let diagonal = 0;
        for (const [at, other] of right.entries()) {
          const above = lengths[at + 1] ?? 0;
          lengths[at + 1] = line === other ? diagonal + 1 : Math.max(above, lengths[at] ?? 0);
          diagonal = above;
        }
      }
      return lengths.at(-1) ?? 0;
    };
    const split = (text: string): readonly string[] => (text === "" ? [] : text.split(/(?<=\n)/));
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const diff = diffText(bytes(before), bytes(after), { names });
        const common = longest(split(before), split(after));
        expect(diff.kind === "text" ? diff.removed : 0).toBe(split(before).length - common);
        expect(diff.kind === "text" ? diff.added : 0).toBe(split(after).length - common);
      }),
    );
  });

  it("of files with nothing in common is still right, and says that it is rough", () => {
    const before = Array.from({ length: 3_000 }, (_, at) => `old ${at}\n`).join("");
    const after = Array.from({ length: 3_000 }, (_, at) => `new ${at}\n`).join("");
    const diff = diffText(bytes(`same\n${before}`), bytes(`same\n${after}`), { names });
    expect(diff).toMatchObject({ kind: "text", rough: true, added: 3_000, removed: 3_000 });
    expect(apply(`same\n${before}`, linesOf(diff))).toBe(`same\n${after}`);
  });

  it("ends soon for the files that would take longest", () => {
    const before = "\n".repeat(2_000_000);
    const after = `x\n${"\n".repeat(1_000_000)}y\n${"\n".repeat(999_990)}z`;
    expect(diffText(bytes(before), bytes(after), { names }).kind).toBe("text");
  });

  it("is not made of what is no text or too much of it", () => {
    expect(diffText(bytes("a\n"), new Uint8Array([97, 0, 98]), { names })).toEqual({ kind: "binary" });
    expect(diffText(bytes("a\n"), new Uint8Array([0xff, 0xfe, 0x41]), { names })).toEqual({ kind: "binary" });
    const large = bytes("x".repeat(diffLimitBytes + 1));
    expect(diffText(bytes("a\n"), large, { names })).toEqual({
      kind: "too-large",
      limitBytes: diffLimitBytes,
    });
  });

  it("shows lines only as it is told to", () => {
    const diff = diffText(bytes("token=abc\n"), bytes("token=def\n"), {
      names,
      show: (line) => line.replace(/=.*/, "=••••"),
    });
    expect(linesOf(diff).slice(3)).toEqual(["-token=••••", "+token=••••"]);
  });
});
