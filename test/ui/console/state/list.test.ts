import { describe, expect, it } from "vitest";
import { paintTable } from "../../../../src/ui/console/panes/table.ts";
import { defineList, freshList, listKey, type List } from "../../../../src/ui/console/state/list.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { looks } from "../../../support/whole-frame.ts";

type Row = { readonly key: string; readonly size: number | undefined };

const model = consoleModel(fleetStory());

const numbered = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, at) => ({ key: `row ${at}`, size: at % 7 === 0 ? undefined : at % 100 }));

const listOf = (
  rows: () => readonly Row[],
  counted: { texts: number } = { texts: 0 },
  follows?: true,
): List<Row> =>
  defineList<Row>({
    id: "test",
    rows,
    keyOf: ({ key }) => key,
    textOf: ({ key }) => {
      counted.texts += 1;
      return key;
    },
    sorts: { size: ({ size }) => size },
    ...(follows === undefined ? {} : { follows }),
  });

const withState = (state: Partial<typeof freshList>): ConsoleModel => ({
  ...model,
  view: { ...model.view, lists: new Map([[listKey(model, "test"), { ...freshList, ...state }]]) },
});

describe("a list", () => {
  it("works a filter out once, however often it is drawn", () => {
    const rows = numbered(50_000);
    const counted = { texts: 0 };
    const list = listOf(() => rows, counted);
    const filtered = withState({ filter: "9" });
    const first = list.view(filtered).rows;
    expect(counted.texts).toBe(50_000);
    expect(list.view(filtered).rows).toBe(first);
    expect(counted.texts).toBe(50_000);
  });

  it("keeps what a reader has paused at, though its source has room for a hundred rows alone", () => {
    let from = numbered(100);
    const list = listOf(() => from, { texts: 0 }, true);
    // Rows are a model's own: other rows come with another model.
    const paused = (): ConsoleModel =>
      withState({ pausedAt: "row 99", selected: { key: "row 50", index: 50 } });
    expect(list.view(paused()).rows).toHaveLength(100);
    from = numbered(180).slice(-100);
    expect(list.view(paused())).toMatchObject({ index: 50, newer: 80, total: 180 });
    from = numbered(400).slice(-100);
    expect(list.view(paused()).rows.slice(0, 180)).toEqual(numbered(180));
    expect(list.selected(paused())?.key).toBe("row 50");
    expect(list.view(withState({})).rows).toBe(from);
    from = numbered(20_000).slice(-19_000);
    expect(list.view(paused()).rows).toHaveLength(5_000);
  });

  it("formats only the rows in sight of fifty thousand", () => {
    const rows = numbered(50_000);
    const list = listOf(() => rows);
    let cells = 0;
    const columns = [
      {
        id: "size",
        title: "SIZE",
        width: 10,
        dispensable: 0,
        cell: (row: Row) => {
          cells += 1;
          return { text: row.key };
        },
      },
    ];
    const view = list.view(withState({ selected: { key: "row 40000", index: 40_000 } }));
    expect(view.index).toBe(40_000);
    const lines = paintTable(columns, view, { columns: 40, rows: 20 }, looks.mono, {
      empty: "",
      focused: true,
      heads: true,
    });
    expect(lines.join("\n")).toContain("▸row 40000");
    expect(cells).toBe(19);
  });

  it("puts what is not known last, whatever the direction", () => {
    const rows = numbered(30);
    const list = listOf(() => rows);
    for (const descending of [true, false]) {
      const sizes = list.view(withState({ sort: { by: "size", descending } })).rows.map(({ size }) => size);
      const known = sizes.filter((size) => size !== undefined);
      expect(sizes.slice(known.length).every((size) => size === undefined)).toBe(true);
      expect(known).toEqual(known.toSorted((a, b) => (descending ? b - a : a - b)));
    }
  });

  it("keeps the selected row selected while rows come before it", () => {
    let rows = numbered(10);
    const list = listOf(() => rows);
    const state = withState({ selected: { key: "row 4", index: 4 } });
    rows = [{ key: "new", size: 1 }, ...rows];
    expect(list.view(state).index).toBe(5);
  });

  it("stays in the neighbourhood of a row that is gone", () => {
    let rows = numbered(10);
    const list = listOf(() => rows);
    const state = withState({ selected: { key: "row 9", index: 9 } });
    rows = rows.slice(0, 6);
    expect(list.view(state).index).toBe(5);
  });

  it("is followed at its end, and says what came since somebody scrolled", () => {
    let rows = numbered(10);
    const list = listOf(() => rows, { texts: 0 }, true);
    expect(list.view(withState({})).index).toBe(9);
    const paused = withState({ selected: { key: "row 3", index: 3 }, pausedAt: "row 9" });
    rows = [...rows, { key: "late 1", size: 1 }, { key: "late 2", size: 1 }];
    expect(list.view(withState({})).index).toBe(11);
    expect(list.view(paused)).toMatchObject({ index: 3, newer: 2, following: false });
  });
});
