import { age } from "../../../ground/index.ts";
import { gatewayNamed, staleFor } from "../../../watch/index.ts";
import { fieldLines } from "./fields.ts";
import { listState, type List } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Place } from "../state/place.ts";
import { width, type Look } from "../theme/index.ts";

export type Size = { readonly columns: number; readonly rows: number };

/**
 * One part of a screen. Its title line is drawn for it, with the focus, what the filter leaves, what is new below and
 * how old its numbers are; it draws what is under the title. A pane that has a list or lines of text can be moved in.
 */
export type Pane = {
  readonly id: string;
  /** Absent: no title line, for the one table that is the screen. */
  readonly title?: (model: ConsoleModel) => readonly string[];
  /** Keys move in it at first, though others stand before it. */
  readonly first?: true;
  /** The gateway whose numbers it shows: said to be stale when it is. */
  readonly gateway?: (model: ConsoleModel) => string | undefined;
  readonly body: Body;
};

export type Painter = (model: ConsoleModel, size: Size, look: Look, focused: boolean) => readonly string[];

export type Fact = readonly [name: string, value: string];

export type Body =
  | {
      readonly kind: "picture";
      readonly paint: Painter;
      /** What a click into this column of its one line turns to. */
      readonly turnsTo?: (model: ConsoleModel, column: number) => Place | undefined;
    }
  | {
      readonly kind: "list";
      readonly list: List<unknown>;
      readonly paint: Painter;
      /** Which row of the list stands on a line of its body, of so many; absent where they do not stand in lines. */
      readonly rowAt?: (model: ConsoleModel, rows: number, line: number) => number | undefined;
      /** All of it with all its columns, for a pager; absent where it has none. */
      readonly written?: (model: ConsoleModel, look: Look) => readonly string[];
    }
  /** A small table of names and values that stands still: drawn by ink-table where there is room for its frame. */
  | { readonly kind: "facts"; readonly facts: (model: ConsoleModel, look: Look) => readonly Fact[] }
  /** Lines of any number, each no wider than `columns`; the pane shows a window of them. */
  | {
      readonly kind: "text";
      readonly lines: (model: ConsoleModel, columns: number, look: Look) => readonly string[];
    };

export const canMoveIn = ({ body }: Pane): boolean => body.kind === "list" || body.kind === "text";

/** The id under which a pane's place is remembered. */
export const listIdOf = (pane: Pane): string =>
  pane.body.kind === "list" ? pane.body.list.id : `text:${pane.id}`;

export const paintPane = (
  pane: Pane,
  model: ConsoleModel,
  size: Size,
  look: Look,
  focused: boolean,
): readonly string[] => {
  if (size.rows <= 0) return [];
  const rows = pane.title === undefined ? size.rows : size.rows - 1;
  const { lines, below } = paintBody(pane, model, { ...size, rows }, look, focused);
  const more = (count: number): string =>
    look.paint("text.dim", `${look.symbol("down")} ${model.setting.texts.words.moreBelow(count)}`);
  if (pane.title !== undefined) {
    const title = pane.title(model).join(` ${look.symbol("dot")} `);
    const remarks = [...(below === 0 ? [] : [more(below)]), ...remarksOf(pane, model, look)];
    return [titleLine(title, remarks, size.columns, look, focused), ...lines];
  }
  // Nobody looks for what nothing points to: without a title line the last line says it.
  return below === 0 || rows < 3
    ? lines
    : [...lines.slice(0, -1), look.fit(`${more(below + 1)} `, size.columns, "right")];
};

type Painted = {
  readonly lines: readonly string[];
  /** Lines of a text that stand below what is shown. */
  readonly below: number;
};

const paintBody = (
  { id, body }: Pane,
  model: ConsoleModel,
  size: Size,
  look: Look,
  focused: boolean,
): Painted => {
  if (body.kind === "facts") {
    const fields = body.facts(model, look).map(([name, value]) => ({ name, value }));
    const lines = fieldLines(fields, size.columns, look);
    return { lines: filled(lines.slice(0, size.rows), size.rows), below: 0 };
  }
  if (body.kind !== "text") {
    return { lines: filled(body.paint(model, size, look, focused), size.rows), below: 0 };
  }
  const lines = body.lines(model, size.columns, look);
  const { scroll } = listState(model, listIdOf({ id, body }));
  const start = Math.max(0, Math.min(scroll, lines.length - size.rows));
  return {
    lines: filled(lines.slice(start, start + size.rows), size.rows),
    below: Math.max(0, lines.length - start - size.rows),
  };
};

/** Exactly so many lines. */
export const filled = (lines: readonly string[], rows: number): readonly string[] =>
  lines.length === rows ? lines : Array.from({ length: Math.max(0, rows) }, (_, row) => lines[row] ?? "");

const titleLine = (
  title: string,
  remarks: readonly string[],
  columns: number,
  look: Look,
  focused: boolean,
): string => {
  const line = look.symbol("horizontal");
  const frame = focused ? "frame.focus" : "frame";
  // The pointer says where the keys go where there is no colour to say it.
  const sign = focused ? look.symbol("pointer") : line;
  const right = remarks.length === 0 ? "" : ` ${remarks.join(` ${look.symbol("dot")} `)} `;
  if (title === "")
    return `${look.paint(frame, sign + line.repeat(Math.max(0, columns - 2 - width(right))))}${right}${look.paint(frame, line)}`;
  const room = columns - 4 - width(right);
  if (room < 4) return look.fit(`${sign} ${title}`, columns);
  const shown = look.fit(title, Math.min(width(title), room));
  const rest = line.repeat(Math.max(0, columns - 4 - width(shown) - width(right)));
  return `${look.paint(frame, sign)} ${look.paint("title", shown)} ${look.paint(frame, rest)}${right}${look.paint(frame, line)}`;
};

/** What stands at the right of a title: filter and counts, what is new below, how old the numbers are. */
const remarksOf = (pane: Pane, model: ConsoleModel, look: Look): readonly string[] => {
  const { words } = model.setting.texts;
  const remarks: string[] = [];
  if (pane.body.kind === "list") {
    const { rows, total, state, following, newer } = pane.body.list.view(model);
    if (state.sort !== undefined) {
      remarks.push(`${words.by} ${state.sort.by} ${look.symbol(state.sort.descending ? "down" : "up")}`);
    }
    if (state.filter !== "") {
      remarks.push(`${look.paint("match", `/${state.filter}`)} ${words.countOf(rows.length, total)}`);
    }
    if (pane.body.list.follows) {
      // Nobody looks for this key in a log who is not told of it there.
      if (state.filter === "")
        remarks.push(`${look.paint("key", "/")} ${model.setting.texts.commands.filter.title}`);
      remarks.push(
        following
          ? words.following
          : newer === 0
            ? words.paused
            : look.paint("accent", `${words.newBelow(newer)} ${look.symbol("down")}`),
      );
    }
  }
  const stale = staleOf(pane, model);
  if (stale !== undefined) remarks.push(look.paint("state.warn", `${words.stale} ${age(stale)}`));
  return remarks;
};

const staleOf = (pane: Pane, model: ConsoleModel): number | undefined => {
  const name = pane.gateway?.(model);
  const gateway = name === undefined ? undefined : gatewayNamed(model.watch, name);
  return gateway === undefined ? undefined : staleFor(gateway, model.watch.now);
};
