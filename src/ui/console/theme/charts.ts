import { symbolOf } from "./symbols.ts";

/** Bars and sparklines out of characters. Plain text: whoever draws them says what they mean by painting them. */

const unicodeSteps = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const asciiSteps = [".", ":", "-", "=", "+", "*", "#", "@"] as const;

/**
 * A bar of exactly `columns` columns. Above 1 it is full and no fuller; anything above nothing shows at least one
 * cell and anything below the whole leaves at least one open, so that neither end is claimed before it is reached.
 * An unknown fraction is a `?`, not an empty bar.
 */
export const bar = (fraction: number | undefined, columns: number, ascii: boolean): string => {
  if (columns <= 0) return "";
  if (fraction === undefined || !Number.isFinite(fraction)) return symbolOf("unknown", ascii).padEnd(columns);
  const rounded = Math.round(fraction * columns);
  const least = fraction > 0 ? 1 : 0;
  const most = fraction < 1 ? columns - 1 : columns;
  const full = Math.max(Math.min(rounded, most), Math.min(least, columns), 0);
  return symbolOf("barFull", ascii).repeat(full) + symbolOf("barEmpty", ascii).repeat(columns - full);
};

export type SparkRange = { readonly lowest?: number; readonly highest?: number };

/**
 * The newest `columns` values, one a column, the newest at the right. Without a range the lowest and highest value
 * shown span the height. A value that is not known is a dot; columns before the first value are blank.
 */
export const spark = (
  values: readonly (number | undefined)[],
  columns: number,
  ascii: boolean,
  range: SparkRange = {},
): string => {
  if (columns <= 0) return "";
  const shown = values.slice(-columns);
  const known = shown.filter((each): each is number => each !== undefined && Number.isFinite(each));
  const lowest = range.lowest ?? Math.min(...known);
  const highest = range.highest ?? Math.max(...known);
  const steps = ascii ? asciiSteps : unicodeSteps;
  // Halved, so that the widest range there is does not overflow; the narrowest ones then have no height left.
  const span = highest / 2 - lowest / 2;
  const drawn = shown.map((value) => {
    if (value === undefined || !Number.isFinite(value)) return symbolOf("dot", ascii);
    const share = span > 0 ? (value / 2 - lowest / 2) / span : 0;
    const step = Math.round(Math.max(0, Math.min(1, share)) * (steps.length - 1));
    return steps[step] ?? "";
  });
  return " ".repeat(columns - shown.length) + drawn.join("");
};
