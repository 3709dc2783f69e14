import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyParser, type Key } from "../../../../src/ui/console/terminal/keys.ts";

const encoder = new TextEncoder();

const parsed = (chunks: readonly (string | Uint8Array)[]): readonly Key[] => {
  const parser = createKeyParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.settle()];
};

/** `j`, `Enter`, `paste:text`, or what a pointer did. */
const names = (...chunks: readonly (string | Uint8Array)[]): readonly string[] =>
  parsed(chunks).map((key) =>
    key.kind === "key" ? key.name : key.kind === "paste" ? `paste:${key.text}` : key.kind,
  );

/** Neighbouring pieces of one character or sequence are glued together wherever the cuts fall. */
const cutAt = (bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] => {
  const at = [...new Set([0, ...cuts.map((each) => each % (bytes.length + 1)), bytes.length])].sort(
    (one, other) => one - other,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

describe("keys", () => {
  it.each([
    ["j", ["j"]],
    ["jjj", ["j", "j", "j"]],
    ["j\u001b[Bq", ["j", "Down", "q"]],
    ["G", ["G"]],
    ["/", ["/"]],
    [" ", ["Space"]],
    ["\r", ["Enter"]],
    ["\n", ["ctrl-j"]],
    ["\t\u001b[Z", ["Tab", "shift-Tab"]],
    ["\u007f\b", ["Backspace", "Backspace"]],
    ["\u0004\u0015\u0003\u001a\u0000", ["ctrl-d", "ctrl-u", "ctrl-c", "ctrl-z", "ctrl-Space"]],
    ["\u001b", ["Esc"]],
    ["\u001b\u001b", ["Esc", "Esc"]],
    // Typed while the link stood still: nothing of it is lost.
    ["\u001bx", ["Esc", "x"]],
    ["\u001bj\u001b\u001b3", ["Esc", "j", "Esc", "Esc", "3"]],
    ["\u001b\u0004", ["Esc", "ctrl-d"]],
    ["\u001b日", ["Esc", "日"]],
    [
      "\u001b[A\u001bOA\u001b[1;5A\u001b[1;2D\u001b[1;8C",
      ["Up", "Up", "ctrl-Up", "shift-Left", "ctrl-alt-shift-Right"],
    ],
    ["\u001b[H\u001b[F\u001b[1~\u001b[4~\u001b[7~\u001b[8~", ["Home", "End", "Home", "End", "Home", "End"]],
    [
      "\u001b[5~\u001b[6~\u001b[3~\u001b[2~\u001b[3;5~",
      ["PageUp", "PageDown", "Delete", "Insert", "ctrl-Delete"],
    ],
    [
      "\u001bOP\u001b[11~\u001b[[A\u001b[15~\u001b[24~\u001b[1;2P",
      ["F1", "F1", "F1", "F5", "F12", "shift-F1"],
    ],
    ["\u001b[5^", ["ctrl-PageUp"]],
    ["\u001bOM\u001bOq", ["Enter", "1"]],
    ["日本é👍", ["日", "本", "é", "👍"]],
    // The same keys as spelt by terminals that spell every key.
    [
      "\u001b[106u\u001b[13;5u\u001b[100;5u\u001b[97;2u\u001b[32;5u",
      ["j", "ctrl-Enter", "ctrl-d", "A", "ctrl-Space"],
    ],
    ["\u001b[27;5;9~\u001b[27;6;100~\u001b[120;3u", ["ctrl-Tab", "ctrl-d", "alt-x"]],
    ["\u001b[27u\u001b[9;2u", ["Esc", "shift-Tab"]],
  ] as const)("reads %j", (input, expected) => {
    expect(names(input)).toEqual(expected);
  });

  it.each([
    ["focus", "\u001b[Ia\u001b[Ob"],
    ["the release of a mouse, a drag and its other buttons", "\u001b[<0;1;2ma\u001b[<32;1;2M\u001b[<2;1;2Mb"],
    ["an old mouse", "\u001b[M !!ab"],
    ["the answer to a query", "\u001b[?62;22ca\u001b[24;80Rb\u001b[?2026;2$y"],
    ["a colour report", "\u001b]11;rgb:0000/0000/0000\u001b\\a\u001b]11;rgb:1/2/3\u0007b"],
    ["a version string", "\u001bP>|xterm(390)\u001b\\ab"],
    ["a key's release", "a\u001b[97;1:3ub"],
    ["what nobody knows", "\u001b[99~a\u001b[1;2;3!pb"],
    ["broken characters", new Uint8Array([0xff, 0x61, 0xc3, 0x62])],
  ])("swallows %s whole", (_what, input) => {
    expect(names(input)).toEqual(["a", "b"]);
  });

  it("takes a paste as one thing, whatever is in it", () => {
    expect(names("a\u001b[200~q\rj\u001b[A日\u001b[201~b")).toEqual(["a", "paste:q\rj\u001b[A日", "b"]);
  });

  it("tells where a pointer clicked and which way its wheel went, from 0", () => {
    expect(parsed(["\u001b[<0;10;2", "0M\u001b[<64;200;60M\u001b[<65;1;1M"])).toEqual([
      { kind: "click", column: 9, row: 19 },
      { kind: "wheel", by: -1, column: 199, row: 59 },
      { kind: "wheel", by: 1, column: 0, row: 0 },
    ]);
  });

  it("cuts a paste that is longer than any field", () => {
    const [key] = parsed([`\u001b[200~${"x".repeat(200_000)}\u001b[201~`]);
    expect(key).toEqual({ kind: "paste", text: "x".repeat(65_536) });
  });

  it("gives the text that a field would insert, and none for other keys", () => {
    expect(parsed(["a \u001bx\u0004\u001b[A"]).map((key) => ("text" in key ? key.text : undefined))).toEqual([
      "a",
      " ",
      "",
      "x",
      "",
      "",
    ]);
  });

  it("says what is unfinished, and takes it for what it is when its time is over", () => {
    const parser = createKeyParser();
    expect(parser.pending()).toBe("nothing");
    expect(parser.push("a\u001b")).toHaveLength(1);
    expect(parser.pending()).toBe("escape");
    expect(parser.settle()).toEqual([{ kind: "key", name: "Esc", text: "" }]);
    expect(parser.pending()).toBe("nothing");
    for (const begun of ["[", "O", "]", "P"]) {
      parser.push(`\u001b${begun}`);
      expect(parser.settle()).toEqual([
        { kind: "key", name: "Esc", text: "" },
        { kind: "key", name: begun, text: begun },
      ]);
    }
    parser.push("\u001b[1;5");
    expect(parser.settle()).toEqual([]);
    parser.push("\u001b[200~lost");
    expect(parser.pending()).toBe("paste");
    expect(parser.settle()).toEqual([{ kind: "paste", text: "lost" }]);
    expect(names("j")).toEqual(["j"]);
  });

  it("never goes deaf, however long a sequence is that nobody ends", () => {
    const parser = createKeyParser();
    parser.push(`\u001b]${"x".repeat(10_000)}`);
    parser.push(`\u001b[${"1".repeat(10_000)}`);
    parser.settle();
    expect(parser.push("q")).toEqual([{ kind: "key", name: "q", text: "q" }]);
  });

  const pieces = fc.constantFrom(
    ..."jkG:/? \r\t\u0003\u0004\u007f".split(""),
    "日",
    "é",
    "👍",
    "👩‍👩‍👧",
    "\u001b[A",
    "\u001b[1;5C",
    "\u001bOP",
    "\u001b[[B",
    "\u001bx",
    "\u001b\u001b",
    "\u001b[I",
    "\u001b[<0;1;2M",
    "\u001b[M !!",
    "\u001b]11;rgb:0/0/0\u0007",
    "\u001bP1$r\u001b\\",
    "\u001b[106;5u",
    "\u001b[200~pasted 日 \u001b[A \u001b[201 text\u001b[201~",
    "\u001b[",
    "\u001b",
    "\u001bO",
  );

  it("gives the same keys however the link cuts the input", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 20 }),
        fc.array(fc.nat(400), { maxLength: 30 }),
        (input, cuts) => {
          const bytes = encoder.encode(input.join(""));
          expect(parsed(cutAt(bytes, cuts))).toEqual(parsed([bytes]));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("gives the same keys byte by byte for any bytes at all, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parsed([...bytes].map((byte) => new Uint8Array([byte])))).toEqual(parsed([bytes]));
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."\u001b[]O;:<M~1209uA\u0007\\a$Pq".split("")), maxLength: 60 }),
        (text) => {
          expect(parsed(text.split(""))).toEqual(parsed([text]));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
