import type { List, ListView } from "../state/list.ts";
import { sameParts } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { clustersOf, fit, glyphWidth, stripSgr, width, type Look, type Role } from "../theme/index.ts";
import { filled, type Pane, type Painter, type Size } from "./pane.ts";

/** What stands in one cell, and what it means. */
export type Cell = { readonly text: string; readonly role?: Role };

export type Column<Row> = {
  /** Of the list's sort of the same name, where there is one. */
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly align?: "left" | "right";
  /** Columns with a higher number go first when the terminal is narrow; 0 never goes. */
  readonly dispensable: number;
  /** Takes the columns that are left over; at most one. */
  readonly grows?: true;
  /** Moves when one scrolls sideways: for text longer than any screen. */
  readonly slides?: true;
  /** Its end says as much as its beginning, as with paths and keys: what is too long is cut in the middle. */
  readonly hasTail?: true;
  /** `width` for a cell that must choose what to leave out. */
  readonly cell: (row: Row, width: number) => Cell;
};

export type TableOptions<Row> = Omit<Pane, "body"> & {
  readonly list: List<Row>;
  readonly columns: (model: ConsoleModel, look: Look, size: Size) => readonly Column<Row>[];
  /** Said in an empty table: why it is empty, and what to do. */
  readonly whenEmpty: (model: ConsoleModel) => string;
  /** A log has no heads: its columns speak for themselves. */
  readonly heads?: false;
  /**
   * All that columns and cells read besides the rows. Where it is named, the line of a row is painted once for as long as
   * none of it changes, and the table is painted again only when one of its rows has: most rows of a large table are the
   * same from one frame to the next.
   */
  readonly reads?: (model: ConsoleModel) => readonly unknown[];
};

/** A pane that is a table of rows one line high, in a window around the selected one. */
export const tablePane = <Row extends object>(options: TableOptions<Row>): Pane => {
  const { list, columns, whenEmpty, heads, reads, ...pane } = options;
  const linesWhile = lineKeeper();
  let last: { readonly parts: readonly unknown[]; readonly lines: readonly string[] } | undefined;
  const paint: Painter = (model, size, look, focused) => {
    const view = list.view(model);
    const { words } = model.setting.texts;
    const empty = view.state.filter === "" ? whenEmpty(model) : words.nothingMatches(view.state.filter);
    const all = columns(model, look, size);
    const widths = all.map(({ width }) => width);
    return paintTable(all, view, size, look, {
      empty,
      focused,
      heads: heads !== false,
      ...(reads === undefined
        ? {}
        : { known: linesWhile([...reads(model), look, size.columns, view.state.sideways, ...widths]) }),
    });
  };
  return {
    ...pane,
    body: {
      kind: "list",
      list,
      paint: (model, size, look, focused) => {
        const { rows, index, state, following } = list.view(model);
        // Why it is empty is said by the moment.
        if (reads === undefined || rows.length === 0) return paint(model, size, look, focused);
        const parts = [
          ...reads(model),
          rows,
          index,
          state,
          following,
          size.columns,
          size.rows,
          look,
          focused,
        ];
        if (last === undefined || !sameParts(last.parts, parts))
          last = { parts, lines: paint(model, size, look, focused) };
        return last.lines;
      },
      rowAt: (model, lines, line) => {
        const { rows, index } = list.view(model);
        const above = heads === false ? 0 : 1;
        const at = windowStart(index, rows.length, lines - above) + line - above;
        return line < above || at >= rows.length ? undefined : at;
      },
      written: (model, look) => {
        const { rows } = list.view(model);
        return writtenTable(
          columns(model, look, { columns: pageColumns, rows: rows.length }),
          rows,
          heads !== false,
        );
      },
    },
  };
};

/** A page has room for every column. */
const pageColumns = 240;
/** Columns stand below each other up to here; what is longer goes on, and what follows it stands where it ends. */
const alignedColumns = 48;

/** Every row with every column, whole: what a screen has no room for is what somebody opens a pager for. */
const writtenTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  heads: boolean,
): readonly string[] => {
  const table = [
    ...(heads ? [columns.map(({ title }) => title)] : []),
    ...rows.map((row) => columns.map((column) => stripSgr(column.cell(row, pageColumns).text))),
  ];
  const widths = columns.map((_, at) =>
    Math.min(
      alignedColumns,
      table.reduce((most, cells) => Math.max(most, width(cells[at] ?? "")), 0),
    ),
  );
  return table.map((cells) =>
    cells
      .map((text, at) => text + " ".repeat(Math.max(0, (widths[at] ?? 0) - width(text))))
      .join("  ")
      .trimEnd(),
  );
};

/** Lines by their rows, empty again whenever one of the parts is another than before. */
const lineKeeper = (): ((parts: readonly unknown[]) => WeakMap<object, string>) => {
  let last: readonly unknown[] = [];
  let lines = new WeakMap<object, string>();
  return (parts) => {
    if (!sameParts(last, parts)) lines = new WeakMap();
    last = parts;
    return lines;
  };
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
  return shown.map((column) =>
    column.grows === true ? { ...column, width: Math.max(0, column.width + left) } : column,
  );
};

/** A pointer before, a space between. */
const neededWidth = <Row>(columns: readonly Column<Row>[]): number =>
  1 + columns.reduce((sum, { width }) => sum + width + 1, -1);

/** The first row shown, so that the selected one is in sight and not at the edge before the end of the list. */
export const windowStart = (selected: number, rows: number, height: number): number =>
  Math.max(0, Math.min(selected - Math.floor(height / 2), rows - height));

type Manner = {
  readonly empty: string;
  readonly focused: boolean;
  readonly heads: boolean;
  /** Lines of rows as they were painted before, unselected, and still would be. */
  readonly known?: WeakMap<object, string>;
};

/** Only the rows in sight are formatted, so that a list of fifty thousand costs what one of fifty does. */
export const paintTable = <Row extends object>(
  all: readonly Column<Row>[],
  view: ListView<Row>,
  size: Size,
  look: Look,
  { empty, focused, heads, known }: Manner,
): readonly string[] => {
  const columns = columnsFor(all, size.columns);
  const lines = heads ? [headLine(columns, view, size.columns, look)] : [];
  const height = size.rows - lines.length;
  if (view.rows.length === 0 && height > 0) {
    lines.push(look.paint("text.dim", look.fit(`  ${empty}`, size.columns)));
  }
  const start = windowStart(view.index, view.rows.length, height);
  for (let at = start; at < Math.min(view.rows.length, start + height); at += 1) {
    const row = view.rows[at];
    if (row === undefined) continue;
    const selected = at === view.index && !(view.following && !focused);
    if (selected) lines.push(paintRow(columns, row, focused ? "focused" : "idle", view, size.columns, look));
    else {
      const line = known?.get(row) ?? paintRow(columns, row, "not", view, size.columns, look);
      known?.set(row, line);
      lines.push(line);
    }
  }
  return filled(lines, size.rows).slice(0, size.rows);
};

const headLine = <Row>(
  columns: readonly Column<Row>[],
  { state }: ListView<Row>,
  lineWidth: number,
  look: Look,
): string => {
  const heads = columns.map(({ id, title, width: room, align }) => {
    if (state.sort?.by !== id) return look.fit(title, room, align);
    const arrow = look.symbol(state.sort.descending ? "down" : "up");
    // Of a title that has no room beside the arrow its end goes: which way it is sorted is said nowhere else.
    const beside = fit(title, Math.min(width(title), room - width(arrow)), { ellipsis: "" });
    return look.fit(`${beside}${arrow}`, room, align);
  });
  return look.paint("title", look.fit(` ${heads.join(" ")}`, lineWidth));
};

const paintRow = <Row>(
  columns: readonly Column<Row>[],
  row: Row,
  selected: "focused" | "idle" | "not",
  { state }: ListView<Row>,
  width: number,
  look: Look,
): string => {
  const cells = columns.map((column) => {
    const { text, role } = column.cell(row, column.width);
    const seen = column.slides === true && state.sideways > 0 ? slid(text, state.sideways) : text;
    const fitted =
      column.hasTail === true && state.sideways === 0
        ? fitEnds(seen, column.width, look)
        : look.fit(seen, column.width, column.align);
    return role === undefined ? fitted : look.paint(role, fitted);
  });
  const painted = `${selected === "not" ? " " : look.symbol("pointer")}${cells.join(" ")}`;
  // Each cell is as wide as its column: a line with colours in it takes longer to measure than to make.
  const left = width - neededWidth(columns);
  const line = left < 0 ? look.fit(painted, width) : painted + " ".repeat(left);
  if (selected === "not") return line;
  return look.paint(selected === "focused" ? "selection" : "selection.idle", line);
};

const fitEnds = (text: string, columns: number, look: Look): string => {
  const wide = width(text);
  if (wide <= columns || columns < 8) return look.fit(text, columns);
  const tail = Math.floor((columns - 1) / 2);
  const head = fit(text, columns - 1 - tail, { ellipsis: "" });
  return look.fit(`${head}${look.symbol("ellipsis")}${slid(text, wide - tail)}`, columns);
};

/** The text without its first columns; half of a wide letter leaves a blank. */
export const slid = (text: string, columns: number): string => {
  let left = columns;
  let at = 0;
  for (const glyph of clustersOf(text)) {
    if (left <= 0) break;
    left -= glyphWidth(glyph);
    at += glyph.length;
  }
  return " ".repeat(Math.max(0, -left)) + text.slice(at);
};
