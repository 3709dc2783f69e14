import { editsOf, type Edit } from "./edits.ts";

/** What can be said about the difference of two files. */
export type TextDiff =
  | { readonly kind: "same" }
  | {
      readonly kind: "text";
      /** Unified: two lines of head, then hunks. Lines as they are; make them harmless before they are printed. */
      readonly lines: readonly string[];
      readonly added: number;
      readonly removed: number;
      /** The files differ so much that the shortest way was not looked for: what is shown is right, and longer. */
      readonly rough: boolean;
    }
  | { readonly kind: "binary" }
  | { readonly kind: "too-large"; readonly limitBytes: number };

export type TextDiffOptions = {
  readonly names: { readonly before: string; readonly after: string };
  /** Unchanged lines around a change. */
  readonly context?: number;
  /** What is shown of a line: secrets replaced, controls taken out. */
  readonly show?: (line: string) => string;
};

/** Text that a person would read through; beyond, a list of changed files says enough. */
export const diffLimitBytes = 4 << 20;

/** The beginning of a file decides whether it is text, as it does for git. */
const sniffedBytes = 8_000;

/** The unified difference of two files, in bounded time and memory. An absent file is an empty one. */
export const diffText = (before: Uint8Array, after: Uint8Array, options: TextDiffOptions): TextDiff => {
  if (sameBytes(before, after)) return { kind: "same" };
  if (isBinary(before) || isBinary(after)) return { kind: "binary" };
  if (before.length > diffLimitBytes || after.length > diffLimitBytes) {
    return { kind: "too-large", limitBytes: diffLimitBytes };
  }
  const old = linesOf(before);
  const now = linesOf(after);
  if (old === undefined || now === undefined) return { kind: "binary" };
  const { edits, rough } = editsOf(old, now);
  const show = options.show ?? ((line: string): string => line);
  return {
    kind: "text",
    lines: [
      `--- ${show(options.names.before)}`,
      `+++ ${show(options.names.after)}`,
      ...hunksOf(edits, options.context ?? 3).flatMap((hunk) => hunkLines(hunk, old, now, show)),
    ],
    added: total(edits, (edit) => edit.newEnd - edit.newStart),
    removed: total(edits, (edit) => edit.oldEnd - edit.oldStart),
    rough,
  };
};

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, at) => byte === right[at]);

const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, sniffedBytes).includes(0);

/** Each line with its end, so that a missing last one is a difference. Undefined when the bytes are no UTF-8. */
const linesOf = (bytes: Uint8Array): readonly string[] | undefined => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The fatal decoder is the question whether it is text.
    return undefined;
  }
  return text === "" ? [] : text.split(/(?<=\n)/);
};

const total = (edits: readonly Edit[], length: (edit: Edit) => number): number =>
  edits.reduce((sum, edit) => sum + length(edit), 0);

type Hunk = { readonly edits: readonly Edit[]; readonly before: number; readonly context: number };

/** Edits whose contexts touch stand in one hunk. */
const hunksOf = (edits: readonly Edit[], context: number): readonly Hunk[] => {
  const hunks: { edits: Edit[]; before: number; context: number }[] = [];
  for (const edit of edits) {
    const last = hunks.at(-1);
    const previous = last?.edits.at(-1);
    if (last !== undefined && previous !== undefined && edit.oldStart - previous.oldEnd <= 2 * context) {
      last.edits.push(edit);
    } else hunks.push({ edits: [edit], before: Math.min(context, edit.oldStart), context });
  }
  return hunks;
};

const hunkLines = (
  hunk: Hunk,
  old: readonly string[],
  now: readonly string[],
  show: (line: string) => string,
): readonly string[] => {
  const [first] = hunk.edits;
  const last = hunk.edits.at(-1);
  if (first === undefined || last === undefined) return [];
  const oldStart = first.oldStart - hunk.before;
  const newStart = first.newStart - hunk.before;
  const after = Math.min(hunk.context, old.length - last.oldEnd);
  const oldEnd = last.oldEnd + after;
  const newEnd = last.newEnd + after;
  const lines = [`@@ -${range(oldStart, oldEnd)} +${range(newStart, newEnd)} @@`];
  let at = oldStart;
  for (const edit of hunk.edits) {
    lines.push(...marked(" ", old.slice(at, edit.oldStart), show));
    lines.push(...marked("-", old.slice(edit.oldStart, edit.oldEnd), show));
    lines.push(...marked("+", now.slice(edit.newStart, edit.newEnd), show));
    at = edit.oldEnd;
  }
  lines.push(...marked(" ", old.slice(at, oldEnd), show));
  return lines;
};

const marked = (mark: string, lines: readonly string[], show: (line: string) => string): readonly string[] =>
  lines.flatMap((line) =>
    line.endsWith("\n")
      ? [`${mark}${show(line.slice(0, -1))}`]
      : [`${mark}${show(line)}`, "\\ No newline at end of file"],
  );

/** Counted from 1; an empty range names the line before it. */
const range = (start: number, end: number): string => {
  const length = end - start;
  return length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`;
};
