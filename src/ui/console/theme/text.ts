import { clustersOf, glyphWidth, joinedEnd, loneWidth } from "./graphemes.ts";

/**
 * Lines measured and cut by columns, with the colours in them left whole. Text here may carry SGR sequences (ours);
 * what came from outside has been through `harmless` long before.
 */

const escape = 0x1b;
const plain = /^[\x20-\x7e]*$/;

/**
 * The end of the escape sequence that starts at `index`: CSI up to its final byte, OSC and the other strings up to
 * BEL or ST, anything else with the one character after it.
 */
export const escapeEnd = (text: string, index: number): number => {
  const kind = text.charCodeAt(index + 1);
  let at = index + 2;
  if (kind === 0x5b) {
    while (at < text.length && (text.charCodeAt(at) < 0x40 || text.charCodeAt(at) > 0x7e)) at += 1;
    return Math.min(text.length, at + 1);
  }
  if (kind === 0x5d || kind === 0x50 || kind === 0x58 || kind === 0x5e || kind === 0x5f) {
    while (at < text.length && text.charCodeAt(at) !== 0x07 && text.charCodeAt(at) !== escape) at += 1;
    const ending = text.charCodeAt(at) === escape ? 2 : 1;
    return Math.min(text.length, at + ending);
  }
  return Math.min(text.length, at);
};

const sgrSequence = /\u001b\[[\d;:]*m/g;

/** The text without its colours. */
export const stripSgr = (text: string): string =>
  text.includes("\u001b") ? text.replace(sgrSequence, "") : text;

/** Columns the text takes; escape sequences and controls take none. */
export const width = (text: string): number => {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (let at = 0; at < text.length;) {
    if (text.charCodeAt(at) === escape) {
      at = escapeEnd(text, at);
      continue;
    }
    const lone = loneWidth(text, at);
    if (lone >= 0) {
      columns += lone;
      at += 1;
      continue;
    }
    const end = joinedEnd(text, at);
    for (const glyph of clustersOf(text.slice(at, end))) columns += glyphWidth(glyph);
    at = end;
  }
  return columns;
};

export type FitOptions = {
  readonly align?: "left" | "right" | "center";
  /** Shown at the end of what was cut; must be narrower than the field to be shown at all. */
  readonly ellipsis?: string;
};

/**
 * Exactly `columns` columns: cut with an ellipsis or filled with spaces. A wide glyph that would stand half inside is
 * left out and its column filled. Colours in the part that was cut still take effect, so that what ends there ends.
 */
export const fit = (text: string, columns: number, options: FitOptions = {}): string => {
  if (columns <= 0) return "";
  if (plain.test(text) && text.length <= columns) return aligned(text, columns - text.length, options.align);
  const taken = width(text);
  if (taken <= columns) return aligned(text, columns - taken, options.align);
  const ellipsis = options.ellipsis ?? "…";
  const mark = width(ellipsis) < columns ? ellipsis : "";
  return cut(text, columns - width(mark), mark);
};

const aligned = (text: string, missing: number, align: FitOptions["align"] = "left"): string => {
  if (missing === 0) return text;
  if (align === "left") return text + " ".repeat(missing);
  if (align === "right") return " ".repeat(missing) + text;
  const left = missing >> 1;
  return " ".repeat(left) + text + " ".repeat(missing - left);
};

/** The first `columns` columns, then the mark, then every later colour change, in that order. */
const cut = (text: string, columns: number, mark: string): string => {
  let kept = "";
  let room = columns;
  let open = true;
  const take = (glyph: string, wide: number): void => {
    if (!open) return;
    if (wide <= room) {
      kept += glyph;
      room -= wide;
      return;
    }
    kept += " ".repeat(room) + mark;
    open = false;
  };
  for (let at = 0; at < text.length;) {
    if (text.charCodeAt(at) === escape) {
      const end = escapeEnd(text, at);
      kept += text.slice(at, end);
      at = end;
      continue;
    }
    const lone = loneWidth(text, at);
    if (lone >= 0) {
      take(text.charAt(at), lone);
      at += 1;
      continue;
    }
    const end = joinedEnd(text, at);
    for (const glyph of clustersOf(text.slice(at, end))) take(glyph, glyphWidth(glyph));
    at = end;
  }
  return kept;
};
