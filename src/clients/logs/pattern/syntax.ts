import { Problem, ExitCode } from "../../../ground/index.ts";

/** A set of characters: inside one of the ranges, or (negated) inside none. */
export type CharacterSet = {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
};

export type PatternNode =
  | { readonly kind: "character"; readonly set: CharacterSet }
  | { readonly kind: "assert"; readonly what: "start" | "end" | "word-edge" | "not-word-edge" }
  | { readonly kind: "sequence"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly node: PatternNode; readonly min: number; readonly max: number };

/** Far beyond what a person types; small enough that no expression costs memory or time worth naming. */
const limits = { characters: 1_000, depth: 50, repeat: 500 } as const;

const digits: CharacterSet = { ranges: [[48, 57]], negated: false };
const words: CharacterSet = { ranges: [[48, 57], [65, 90], [95, 95], [97, 122]], negated: false }; // prettier-ignore
const spaces: CharacterSet = {
  ranges: [[9, 13], [32, 32], [160, 160], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]], // prettier-ignore
  negated: false,
};
const anyButLineBreak: CharacterSet = { ranges: [[10, 10], [13, 13], [0x2028, 0x2029]], negated: true }; // prettier-ignore

const classes: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  D: { ...digits, negated: true },
  w: words,
  W: { ...words, negated: true },
  s: spaces,
  S: { ...spaces, negated: true },
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, "0": 0 };

export type ParsedPattern = { readonly node: PatternNode; readonly ignoreCase: boolean };

/**
 * Reads the part of regular expression syntax that can be matched in one pass over the text: everything people use in
 * a search but look-around and back references, which are refused with the reason. `(?i)` in front ignores case.
 */
export const parsePattern = (source: string): ParsedPattern => {
  const ignoreCase = source.startsWith("(?i)");
  const text = Array.from(ignoreCase ? source.slice(4) : source);
  if (text.length > limits.characters) {
    throw refuse(source, `it is longer than ${limits.characters} characters`);
  }
  const reader: Reader = { text, at: 0, source };
  const node = readChoice(reader, 0);
  if (reader.at < text.length) throw refuse(source, "there is a ) without its (");
  return { node, ignoreCase };
};

type Reader = { readonly text: readonly string[]; readonly source: string; at: number };

const refuse = (source: string, why: string): Problem =>
  new Problem("LOG_PATTERN", `the pattern ${JSON.stringify(source.slice(0, 80))} cannot be used: ${why}`, {
    hint: "Write it as an ordinary regular expression; \\ in front of a character takes it literally.",
    exit: ExitCode.usage,
  });

const readChoice = (reader: Reader, depth: number): PatternNode => {
  if (depth > limits.depth) throw refuse(reader.source, `groups are nested deeper than ${limits.depth}`);
  const nodes = [readSequence(reader, depth)];
  while (reader.text[reader.at] === "|") {
    reader.at += 1;
    nodes.push(readSequence(reader, depth));
  }
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: "choice", nodes };
};

const readSequence = (reader: Reader, depth: number): PatternNode => {
  const nodes: PatternNode[] = [];
  for (;;) {
    const next = reader.text[reader.at];
    if (next === undefined || next === "|" || next === ")") return { kind: "sequence", nodes };
    const atom = readAtom(reader, depth);
    nodes.push(readRepeat(reader, atom));
  }
};

const readRepeat = (reader: Reader, node: PatternNode): PatternNode => {
  const range = readRange(reader);
  if (range === undefined) return node;
  const [min, max] = range;
  if (node.kind === "assert") throw refuse(reader.source, "^, $ and \\b cannot be repeated");
  if (min > limits.repeat || (max !== Infinity && max > limits.repeat)) {
    throw refuse(reader.source, `it repeats more than ${limits.repeat} times`);
  }
  if (max < min) throw refuse(reader.source, "a repetition ends before it begins");
  // The lazy form finds the same lines.
  if (reader.text[reader.at] === "?") reader.at += 1;
  if (readRange(reader) !== undefined) throw refuse(reader.source, "a repetition is itself repeated");
  return { kind: "repeat", node, min, max };
};

const readRange = (reader: Reader): readonly [number, number] | undefined => {
  const next = reader.text[reader.at];
  if (next === "*" || next === "+" || next === "?") {
    reader.at += 1;
    return [next === "+" ? 1 : 0, next === "?" ? 1 : Infinity];
  }
  if (next !== "{") return undefined;
  const close = reader.text.indexOf("}", reader.at);
  const written = /^(\d+)(,(\d*))?$/.exec(reader.text.slice(reader.at + 1, close).join(""));
  // A brace that does not repeat stands for itself: logs are full of JSON.
  if (close < 0 || written === null) return undefined;
  reader.at = close + 1;
  const [, low, comma, high] = written;
  const min = Number(low);
  return [min, comma === undefined ? min : high === undefined || high === "" ? Infinity : Number(high)];
};

const readAtom = (reader: Reader, depth: number): PatternNode => {
  const next = reader.text[reader.at] ?? "";
  reader.at += 1;
  switch (next) {
    case "^":
      return { kind: "assert", what: "start" };
    case "$":
      return { kind: "assert", what: "end" };
    case ".":
      return { kind: "character", set: anyButLineBreak };
    case "(":
      return readGroup(reader, depth);
    case "[":
      return { kind: "character", set: readSet(reader) };
    case "\\":
      return readEscape(reader);
    case "*":
    case "+":
    case "?":
      throw refuse(reader.source, `${next} has nothing to repeat`);
    default:
      return { kind: "character", set: exactly(codeOf(next)) };
  }
};

const readGroup = (reader: Reader, depth: number): PatternNode => {
  if (reader.text[reader.at] === "?") {
    const rest = reader.text.slice(reader.at + 1).join("");
    const name = /^(?::|<[A-Za-z_]\w*>)/.exec(rest);
    if (name === null) throw refuse(reader.source, "look-around and inline flags are not supported");
    reader.at += 1 + name[0].length;
  }
  const node = readChoice(reader, depth + 1);
  if (reader.text[reader.at] !== ")") throw refuse(reader.source, "there is a ( without its )");
  reader.at += 1;
  return node;
};

const readEscape = (reader: Reader): PatternNode => {
  const next = reader.text[reader.at];
  if (next === "b" || next === "B") {
    reader.at += 1;
    return { kind: "assert", what: next === "b" ? "word-edge" : "not-word-edge" };
  }
  if (next !== undefined && /[1-9k]/.test(next))
    throw refuse(reader.source, "back references are not supported");
  const read = readEscaped(reader);
  return { kind: "character", set: typeof read === "number" ? exactly(read) : read };
};

/** What stands after a backslash, inside a set or outside: one character or a class of them. */
const readEscaped = (reader: Reader): number | CharacterSet => {
  const next = reader.text[reader.at];
  if (next === undefined) throw refuse(reader.source, "it ends with a \\");
  reader.at += 1;
  const set = classes[next];
  if (set !== undefined) return set;
  const control = controls[next];
  if (control !== undefined) return control;
  if (next === "x" || next === "u") {
    const length = next === "x" ? 2 : 4;
    const written = reader.text.slice(reader.at, reader.at + length).join("");
    if (!/^[0-9a-fA-F]+$/.test(written) || written.length !== length) {
      throw refuse(reader.source, `\\${next} needs ${length} hexadecimal digits`);
    }
    reader.at += length;
    return Number.parseInt(written, 16);
  }
  if (/[A-Za-z]/.test(next)) throw refuse(reader.source, `\\${next} is not supported`);
  return codeOf(next);
};

const readSet = (reader: Reader): CharacterSet => {
  const negated = reader.text[reader.at] === "^";
  if (negated) reader.at += 1;
  const ranges: (readonly [number, number])[] = [];
  for (;;) {
    const next = reader.text[reader.at];
    if (next === undefined) throw refuse(reader.source, "there is a [ without its ]");
    if (next === "]") {
      reader.at += 1;
      return { ranges, negated };
    }
    const low = readSetMember(reader);
    const dash = reader.text[reader.at] === "-" && reader.text[reader.at + 1] !== "]";
    if (typeof low !== "number") {
      ranges.push(...positive(low));
    } else if (dash && reader.text[reader.at + 1] !== undefined) {
      reader.at += 1;
      const high = readSetMember(reader);
      if (typeof high !== "number")
        throw refuse(reader.source, "a range in [ ] needs a character at its end");
      if (high < low) throw refuse(reader.source, "a range in [ ] ends before it begins");
      ranges.push([low, high]);
    } else {
      ranges.push([low, low]);
    }
  }
};

const readSetMember = (reader: Reader): number | CharacterSet => {
  const next = reader.text[reader.at] ?? "";
  reader.at += 1;
  if (next !== "\\") return codeOf(next);
  if (reader.text[reader.at] === "b") {
    reader.at += 1;
    return 8;
  }
  return readEscaped(reader);
};

/** A negated class inside a set becomes the ranges it leaves. */
const positive = (set: CharacterSet): readonly (readonly [number, number])[] => {
  if (!set.negated) return set.ranges;
  const left: (readonly [number, number])[] = [];
  let from = 0;
  for (const [low, high] of set.ranges) {
    if (low > from) left.push([from, low - 1]);
    from = high + 1;
  }
  return [...left, [from, 0x10ffff]];
};

const exactly = (code: number): CharacterSet => ({ ranges: [[code, code]], negated: false });
const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
