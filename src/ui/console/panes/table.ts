import type { Look, Role } from "../theme/index.ts";

/** What stands in one cell, and what it means. */
export type Cell = { readonly text: string; readonly role?: Role };

export type Column<Row> = {
  readonly title: string;
  readonly width: number;
  readonly align?: "left" | "right";
  /** Columns with a higher number go first when the terminal is narrow; 0 never goes. */
  readonly dispensable: number;
  /** Takes the columns that are left over; at most one. */
  readonly grows?: boolean;
  /** `width` for a cell that must choose what to leave out. */
  readonly cell: (row: Row, width: number) => Cell;
};

export type TableView<Row> = {
  readonly rows: readonly Row[];
  readonly selected: number;
  /** Said in the middle of an empty table: why it is empty, and what to do. */
  readonly whenEmpty: string;
};

/** The columns a width has room for, the growing one grown into what is left. */
export const columnsFor = <Row>(all: readonly Column<Row>[], width: number): readonly Column<Row>[] => {
  let shown = all;
  while (neededWidth(shown) > width) {
    const least = shown.reduce((worst, column) => (column.dispensable > worst.dispensable ? column : worst));
    if (least.dispensable === 0) break;
    shown = shown.filter((column) => column !== least);
  }
  const left = width - neededWidth(shown);
  return shown.map((column) => (column.grows === true ? { ...column, width: column.width + left } : column));
};

/** A pointer and a space before, a space between. */
const neededWidth = <Row>(columns: readonly Column<Row>[]): number =>
  1 + columns.reduce((sum, { width }) => sum + width + 1, 0);

/** The first row shown, so that the selected one is in sight and not at the edge before the end of the list. */
export const windowStart = (selected: number, rows: number, height: number): number =>
  Math.max(0, Math.min(selected - Math.floor(height / 2), rows - height));

/**
 * A table of rows one line high, in a window around the selected one. Only the rows in sight are formatted, so that a
 * list of fifty thousand costs what one of fifty does.
 */
export const paintTable = <Row>(
  all: readonly Column<Row>[],
  view: TableView<Row>,
  size: { readonly columns: number; readonly rows: number },
  look: Look,
): readonly string[] => {
  const columns = columnsFor(all, size.columns);
  const height = size.rows - 1;
  const head = columns.map(({ title, width, align }) => look.fit(title, width, align)).join(" ");
  const lines = [look.paint("title", look.fit(` ${head}`, size.columns))];
  if (view.rows.length === 0 && height > 0) {
    lines.push(look.paint("text.dim", look.fit(`  ${view.whenEmpty}`, size.columns)));
  }
  const start = windowStart(view.selected, view.rows.length, height);
  for (let at = start; at < Math.min(view.rows.length, start + height); at += 1) {
    const row = view.rows[at];
    if (row !== undefined) lines.push(paintRow(columns, row, at === view.selected, size.columns, look));
  }
  while (lines.length < size.rows) lines.push("");
  return lines.slice(0, size.rows);
};

const paintRow = <Row>(
  columns: readonly Column<Row>[],
  row: Row,
  selected: boolean,
  width: number,
  look: Look,
): string => {
  const cells = columns.map((column) => {
    const { text, role } = column.cell(row, column.width);
    const fitted = look.fit(text, column.width, column.align);
    return role === undefined ? fitted : look.paint(role, fitted);
  });
  const line = look.fit(`${selected ? look.symbol("pointer") : " "}${cells.join(" ")}`, width);
  return selected ? look.paint("selection", line) : line;
};
