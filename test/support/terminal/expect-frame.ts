import { expect } from "vitest";
import { width } from "../../../src/ui/console/theme/index.ts";

/** The law of every painter: as many lines as there are rows, none wider than there are columns, one line each. */
export const expectFrame = (
  lines: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): void => {
  expect(lines.length, `a pane of ${rows} rows`).toBe(rows);
  for (const [row, line] of lines.entries()) {
    expect(line, `row ${row} is one line`).not.toMatch(/[\n\r\t]/);
    expect(width(line), `row ${row} in ${columns} columns: ${JSON.stringify(line)}`).toBeLessThanOrEqual(
      columns,
    );
  }
};
