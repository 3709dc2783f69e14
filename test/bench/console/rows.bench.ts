import type { Bench, Figure } from "../bench.ts";
import { median, quantile } from "../bench.ts";
import { paintTable, type Column } from "../../../src/ui/console/panes/table.ts";
import { spoken } from "../../support/spoken.ts";
import { defineList, freshList, listKeyAt } from "../../../src/ui/console/state/list.ts";
import type { ConsoleModel } from "../../../src/ui/console/state/model.ts";
import { utcWords } from "../../../src/ui/console/state/time.ts";
import { firstTakeback } from "../../../src/ui/console/state/takeback.ts";
import { firstVault } from "../../../src/ui/console/state/vault.ts";
import { firstView } from "../../../src/ui/console/state/view.ts";
import { makeLook } from "../../../src/ui/console/theme/index.ts";
import { newModel } from "../../../src/watch/index.ts";

type Row = { readonly key: string; readonly name: string; readonly size: number };

const look = makeLook({ theme: "dark", depth: "truecolor", ascii: false });
const size = { columns: 200, rows: 58 };
const columns: readonly Column<Row>[] = [
  { id: "key", title: "KEY", width: 12, dispensable: 0, cell: ({ key }) => ({ text: key }) },
  { id: "name", title: "NAME", width: 40, dispensable: 0, grows: true, cell: ({ name }) => ({ text: name }) },
  {
    id: "size",
    title: "SIZE",
    width: 10,
    align: "right",
    dispensable: 0,
    cell: (row) => ({ text: String(row.size), role: row.size > 90 ? "state.bad" : "text.dim" }),
  },
];

/** What a move through a list of so many rows costs: finding the place, and painting all that is in sight. */
const movesThrough = (count: number): readonly number[] => {
  const rows = Array.from({ length: count }, (_, at): Row => ({
    key: `row-${at}`,
    name: `a row of some length, number ${at}`,
    size: at % 100,
  }));
  const list = defineList<Row>({
    id: "rows",
    rows: () => rows,
    keyOf: ({ key }) => key,
    textOf: ({ key, name }) => `${key} ${name}`,
    sorts: { size: (row) => row.size },
  });
  const place = listKeyAt({ screen: "fleet" }, "rows");
  const at = (index: number): ConsoleModel => ({
    watch: newModel(0),
    view: {
      ...firstView,
      lists: new Map([[place, { ...freshList, selected: { key: `row-${index}`, index } }]]),
    },
    vault: firstVault,
    takeback: firstTakeback,
    setting: {
      texts: spoken.en,
      time: utcWords,
      banner: undefined,
      person: "bench",
      version: "0",
      readOnly: { all: false, gateways: new Set() },
    },
    isStarting: false,
  });
  const times: number[] = [];
  for (let step = 0; step < 2_000; step += 1) {
    const model = at((step * 7_919) % count);
    const from = performance.now();
    paintTable(columns, list.view(model), size, look, { empty: "", focused: true, heads: true });
    times.push(performance.now() - from);
  }
  return times;
};

export const rowsBench: Bench = {
  title: "moving through a list of 50 rows and of 50,000",
  run: async function* (): AsyncGenerator<Figure> {
    // Once for the compiler.
    movesThrough(50);
    const [few, many] = [movesThrough(50), movesThrough(50_000)];
    yield { what: "a move through 50 rows, median", value: median(few), unit: "ms" };
    yield { what: "a move through 50,000 rows, median", value: median(many), unit: "ms", bar: 1 };
    yield {
      what: "a move through 50,000 rows, 95th percentile",
      value: quantile(many, 0.95),
      unit: "ms",
      bar: 25,
    };
    yield {
      what: "50,000 rows cost so many times what 50 do",
      value: median(many) / median(few),
      unit: "x",
      bar: 2,
    };
  },
};
