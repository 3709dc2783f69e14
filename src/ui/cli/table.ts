import { foldLine } from "./fold.ts";

type TableWidth = { readonly interactive: boolean; readonly columns: number };
const anyWidth: TableWidth = { interactive: false, columns: 0 };

/** Columns of text under a head, two blanks apart, nothing after the last one, which is folded at a terminal. */
export const textTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { interactive, columns }: TableWidth = anyWidth,
): readonly string[] => {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return interactive ? lines.flatMap((line) => foldLine(line, columns)) : lines;
};
