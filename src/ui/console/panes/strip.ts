import type { Look, Role } from "../theme/index.ts";

/** A line being put together one column at a time; every symbol in it is one column wide. */
export type Strip = { readonly symbol: string; readonly role: Role | undefined }[];

export const stripOf = (columns: number, symbol: string, role?: Role): Strip =>
  Array.from({ length: columns }, () => ({ symbol, role }));

/** Puts a text over the strip where all of it fits; says whether it did. The text is one column a character. */
export const write = (strip: Strip, column: number, text: string, role: Role): boolean => {
  if (column < 0 || column + text.length > strip.length) return false;
  for (let index = 0; index < text.length; index += 1) {
    strip[column + index] = { symbol: text.charAt(index), role };
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
