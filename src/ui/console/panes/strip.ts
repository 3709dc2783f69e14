import { clustersOf, glyphWidth, type Look, type Role } from "../theme/index.ts";

/** A line being put together column by column. A wide letter stands in its first column, and its second is empty. */
export type Strip = { symbol: string; role: Role | undefined }[];

export const stripOf = (columns: number, symbol: string, role?: Role): Strip =>
  Array.from({ length: columns }, () => ({ symbol, role }));

/** Puts a text over the strip where all of it fits; says whether it did. */
export const write = (strip: Strip, column: number, text: string, role: Role): boolean => {
  const glyphs = [...clustersOf(text)]
    .map((symbol) => ({ symbol, wide: glyphWidth(symbol) }))
    .filter(({ wide }) => wide > 0);
  const needed = glyphs.reduce((sum, { wide }) => sum + wide, 0);
  if (column < 0 || column + needed > strip.length) return false;
  // Half a wide letter cannot be shown.
  const before = strip[column - 1];
  if (before !== undefined && strip[column]?.symbol === "") before.symbol = " ";
  const after = strip[column + needed];
  if (after?.symbol === "") after.symbol = " ";
  let at = column;
  for (const { symbol, wide } of glyphs) {
    strip[at] = { symbol, role };
    for (let part = 1; part < wide; part += 1) strip[at + part] = { symbol: "", role };
    at += wide;
  }
  return true;
};

/** The strip as text, each run of one role painted once. */
export const painted = (strip: Strip, look: Look): string => {
  let line = "";
  for (let at = 0; at < strip.length;) {
    const role = strip[at]?.role;
    let run = "";
    for (; at < strip.length && strip[at]?.role === role; at += 1) run += strip[at]?.symbol ?? "";
    line += role === undefined ? run : look.paint(role, run);
  }
  return line;
};
