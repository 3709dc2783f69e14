import type { LogLevel } from "../../../clients/index.ts";
import { filterOf, type Searched } from "./filter.ts";
import { remembered } from "./memo.ts";
import type { ConsoleModel } from "./model.ts";
import { placeKey, type Place } from "./place.ts";
import { placeOf } from "./view.ts";

/** What a person has done to one list. By key and not by place: rows move under the selection. */
export type ListState = {
  readonly selected: { readonly key: string; readonly index: number } | undefined;
  readonly filter: string;
  /** What `n` and `N` look for; other rows stay in sight. */
  readonly find: string;
  readonly sort: { readonly by: string; readonly descending: boolean } | undefined;
  /** Columns scrolled to the right. */
  readonly sideways: number;
  /** Lines scrolled down, of a pane that is text rather than rows. */
  readonly scroll: number;
  /** Only of a list that grows at its end: the last key that was there when the following was paused. */
  readonly pausedAt: string | undefined;
};

export const freshList: ListState = {
  selected: undefined,
  filter: "",
  find: "",
  sort: undefined,
  sideways: 0,
  scroll: 0,
  pausedAt: undefined,
};

type SortValue = number | string | undefined;

export type ListSource<Row> = {
  /** One of a kind among the lists of a place. */
  readonly id: string;
  /** All rows of a model in their own order. Remembered by identity: the same rows must come as the same array. */
  readonly rows: (model: ConsoleModel) => readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Everything that is written in a row: what `/` searches. */
  readonly textOf: (row: Row, model: ConsoleModel) => string;
  readonly levelOf?: (row: Row) => LogLevel;
  /** What can be sorted by, by the id of its column, in the order of the columns. */
  readonly sorts?: Readonly<Record<string, (row: Row) => SortValue>>;
  /** It grows at its end and is followed there until somebody scrolls. */
  readonly follows?: true;
  /** Where Enter leads from a row. */
  readonly opens?: (row: Row, model: ConsoleModel) => Place | undefined;
  /** What a person would want on the clipboard of a row; absent: its text. */
  readonly copies?: (row: Row, model: ConsoleModel) => string;
};

/** A list as it is seen now. */
export type ListView<Row> = {
  readonly rows: readonly Row[];
  readonly total: number;
  /** Of the selected row; 0 when there is none. */
  readonly index: number;
  readonly state: ListState;
  readonly following: boolean;
  /** Rows that came since the following was paused. */
  readonly newer: number;
};

export type List<Row> = {
  readonly id: string;
  readonly sortIds: readonly string[];
  readonly follows: boolean;
  readonly view: (model: ConsoleModel) => ListView<Row>;
  readonly selected: (model: ConsoleModel) => Row | undefined;
  readonly keyAt: (model: ConsoleModel, index: number) => string | undefined;
  /** Where the next row of a kind is, from the selected one on and round the end; undefined where there is none. */
  readonly indexOf: (
    model: ConsoleModel,
    wanted: (row: Searched) => boolean,
    by: -1 | 1,
  ) => number | undefined;
  /** Enter means something in it. */
  readonly canOpen: boolean;
  readonly opens: (model: ConsoleModel) => Place | undefined;
  readonly copies: (model: ConsoleModel) => string | undefined;
  /** Every row as one line, for a pager. */
  readonly lines: (model: ConsoleModel) => readonly string[];
};

/** Under which key a list of a place is remembered. */
export const listKeyAt = (place: Place, id: string): string => `${id}@${placeKey(place)}`;

export const listKey = (model: ConsoleModel, id: string): string => listKeyAt(placeOf(model.view), id);

export const listState = (model: ConsoleModel, id: string): ListState =>
  model.view.lists.get(listKey(model, id)) ?? freshList;

/**
 * A list of any kind: filtered, sorted, selected and followed in one way. What was worked out is kept until the rows,
 * the filter or the order change, so that moving through fifty thousand rows costs what moving through fifty does.
 */
export const defineList = <Row>(source: ListSource<Row>): List<Row> => {
  let last:
    { readonly from: readonly Row[]; readonly filter: string; readonly sort: ListState["sort"] } | undefined;
  let shown: readonly Row[] = [];

  const heldOf = source.follows === true ? holding(source.keyOf) : undefined;
  /** All rows; of a list whose following is paused also those that its source has dropped since. */
  const rowsOf = (model: ConsoleModel, { pausedAt }: ListState): readonly Row[] => {
    const from = source.rows(model);
    return heldOf === undefined || pausedAt === undefined ? from : heldOf(from, pausedAt);
  };
  const shownOf = (model: ConsoleModel, state: ListState): readonly Row[] => {
    const from = rowsOf(model, state);
    if (last?.from === from && last.filter === state.filter && last.sort === state.sort) return shown;
    last = { from, filter: state.filter, sort: state.sort };
    shown = sorted(filtered(from, state.filter, model), state.sort);
    return shown;
  };
  const filtered = (rows: readonly Row[], filter: string, model: ConsoleModel): readonly Row[] => {
    if (filter === "") return rows;
    const matches = filterOf(filter);
    return rows.filter((row) => matches(searchedOf(row, model)));
  };
  const searchedOf = (row: Row, model: ConsoleModel): Searched => {
    const level = source.levelOf?.(row);
    return { text: source.textOf(row, model), ...(level === undefined ? {} : { level }) };
  };
  const sorted = (rows: readonly Row[], sort: ListState["sort"]): readonly Row[] => {
    const valueOf = sort === undefined ? undefined : source.sorts?.[sort.by];
    if (sort === undefined || valueOf === undefined) return rows;
    return rows.toSorted((a, b) => compared(valueOf(a), valueOf(b), sort.descending));
  };

  /** Asked for by panes, header and footer, and by each command that says whether it works now. */
  const view = remembered((model: ConsoleModel): ListView<Row> => {
    const state = listState(model, source.id);
    const rows = shownOf(model, state);
    const following = source.follows === true && state.pausedAt === undefined;
    return {
      rows,
      total: rowsOf(model, state).length,
      index: following ? Math.max(0, rows.length - 1) : indexIn(rows, state.selected, source.keyOf),
      state,
      following,
      newer: following || state.pausedAt === undefined ? 0 : newerThan(rows, state.pausedAt, source.keyOf),
    };
  });
  return {
    id: source.id,
    sortIds: Object.keys(source.sorts ?? {}),
    follows: source.follows === true,
    view,
    selected: (model) => selectedIn(view(model)),
    keyAt: (model, index) => {
      const row = view(model).rows[index];
      return row === undefined ? undefined : source.keyOf(row);
    },
    indexOf: (model, wanted, by) => {
      const { rows, index } = view(model);
      for (let step = 1; step <= rows.length; step += 1) {
        const at = (index + by * step + rows.length * 2) % rows.length;
        const row = rows[at];
        if (row !== undefined && wanted(searchedOf(row, model))) return at;
      }
      return undefined;
    },
    canOpen: source.opens !== undefined,
    opens: (model) => {
      const row = selectedIn(view(model));
      return row === undefined ? undefined : source.opens?.(row, model);
    },
    copies: (model) => {
      const row = selectedIn(view(model));
      return row === undefined ? undefined : (source.copies ?? source.textOf)(row, model);
    },
    lines: (model) => view(model).rows.map((row) => source.textOf(row, model)),
  };
};

const selectedIn = <Row>({ rows, index }: ListView<Row>): Row | undefined => rows[index];

/** So many rows are kept for a reader who has paused; what comes after them is seen when the list is followed again. */
const heldLimit = 5_000;

/**
 * A log of a hundred lines a second has room for four seconds of them: what somebody reads must not run away under her
 * eyes. From the pause on the rows that were there stay, and new ones come after them.
 */
const holding = <Row>(
  keyOf: (row: Row) => string,
): ((from: readonly Row[], pausedAt: string) => readonly Row[]) => {
  let held:
    { readonly pausedAt: string; readonly from: readonly Row[]; readonly rows: readonly Row[] } | undefined;
  return (from, pausedAt) => {
    if (held?.pausedAt !== pausedAt) held = { pausedAt, from, rows: from };
    else if (held.from !== from) {
      const { rows } = held;
      const last = rows.at(-1);
      const known = last === undefined ? -1 : from.findLastIndex((row) => keyOf(row) === keyOf(last));
      held = {
        pausedAt,
        from,
        rows: rows.length >= heldLimit ? rows : [...rows, ...from.slice(known + 1)].slice(0, heldLimit),
      };
    }
    return held.rows;
  };
};

/** Unknown values come last whatever the direction: what is not known is not the smallest. */
const compared = (a: SortValue, b: SortValue, descending: boolean): number => {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const order = a < b ? -1 : 1;
  return descending ? -order : order;
};

/** Where the selected row is now; when it is gone, its neighbourhood. */
const indexIn = <Row>(
  rows: readonly Row[],
  selected: ListState["selected"],
  keyOf: (row: Row) => string,
): number => {
  if (selected === undefined || rows.length === 0) return 0;
  const there = rows[selected.index];
  if (there !== undefined && keyOf(there) === selected.key) return selected.index;
  const found = rows.findIndex((row) => keyOf(row) === selected.key);
  return found >= 0 ? found : Math.min(selected.index, rows.length - 1);
};

const newerThan = <Row>(rows: readonly Row[], key: string, keyOf: (row: Row) => string): number => {
  const at = rows.findLastIndex((row) => keyOf(row) === key);
  return at < 0 ? rows.length : rows.length - 1 - at;
};
