import { expect, it } from "vitest";
import { paintChart, type ChartView } from "../../../../src/ui/console/panes/chart.ts";
import { makeLook, stripSgr } from "../../../../src/ui/console/theme/index.ts";

const look = makeLook({ theme: "mono", depth: "mono", ascii: false });
const label = (value: number): string => `${Math.round(value * 100)}%`;

it.each([
  [4, 1, 1.2],
  [4, 0.8, 1.2],
  [9, 1, 1.2],
  [2, 0.9, 1],
])("a chart of %d rows has the name of its threshold of %d beside its line", (rows, threshold, top) => {
  const rest = { points: [], from: 0, until: 60_000, label } as const;
  const view: ChartView = { ...rest, top, threshold, roleOf: () => "chart.fill" };
  const lines = paintChart(view, { columns: 30, rows }, look).map(stripSgr);
  expect(lines.filter((line) => line.includes("┄"))).toEqual([
    expect.stringMatching(new RegExp(`^ *${label(threshold)} `)),
  ]);
});
