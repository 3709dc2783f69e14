import type { Look, Role } from "../theme/index.ts";
import { painted, type Strip } from "./strip.ts";

export type ChartPoint = { readonly at: number; readonly value: number };

export type ChartView = {
  readonly points: readonly ChartPoint[];
  readonly from: number;
  readonly until: number;
  /** The value at the top; the bottom is 0. */
  readonly top: number;
  readonly threshold: number;
  /** As it is written elsewhere: the chart leaves the space before the unit out. */
  readonly label: (value: number) => string;
  readonly roleOf: (value: number) => Role;
  /** How long a value stands for what came after it; absent: until the next sample is late. */
  readonly holdsMs?: number;
};

const unicodeSteps = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const asciiSteps = [" ", ".", "_", "-", "=", "+", "*", "#", "#"] as const;

/** Columns for the labels at the left; a longer one takes what it needs. */
const labelColumns = 5;

/** A column chart with its threshold as a line. A column without a value stays empty: nothing is drawn in between. */
export const paintChart = (
  view: ChartView,
  size: { readonly columns: number; readonly rows: number },
  look: Look,
): readonly string[] => {
  const thresholdRow = size.rows - 1 - Math.floor((view.threshold / view.top) * size.rows);
  const labelOf = (value: number): string => view.label(value).replace(" ", "");
  // Where both come to one row it is the threshold that is drawn there.
  const levels = new Map([
    [size.rows - 1, labelOf(0)],
    [0, labelOf(view.top)],
    [thresholdRow, labelOf(view.threshold)],
  ]);
  const labelled = Math.max(labelColumns, ...levels.values().map((label) => label.length));
  const width = size.columns - labelled - 2;
  if (width <= 0 || size.rows <= 0) return Array.from({ length: size.rows }, () => "");
  const values = columnsOf(view, width);
  const steps = look.ascii ? asciiSteps : unicodeSteps;
  return Array.from({ length: size.rows }, (_, row) => {
    const below = size.rows - 1 - row;
    const label = levels.get(row) ?? "";
    const axis = look.paint("text.dim", `${look.fit(label, labelled, "right")} ${look.symbol("teeRight")}`);
    const strip = values.map((value): Strip[number] => {
      const full = value === undefined ? 0 : (value / view.top) * size.rows * 8;
      const here = Math.max(0, Math.min(8, Math.round(full - below * 8)));
      // A value of nothing is still a value: it shows at the foot, so that it differs from no value at all.
      const step = value !== undefined && below === 0 ? Math.max(1, here) : here;
      if (step > 0) return { symbol: steps[step] ?? " ", role: view.roleOf(value ?? 0) };
      return row === thresholdRow
        ? { symbol: look.symbol("threshold"), role: "chart.threshold" }
        : { symbol: " ", role: undefined };
    });
    return axis + painted(strip, look);
  });
};

/** The highest value of each column: a short peak must not vanish between two pixels. */
const columnsOf = (view: ChartView, width: number): readonly (number | undefined)[] => {
  const columns: (number | undefined)[] = Array.from({ length: width });
  const span = Math.max(1, view.until - view.from);
  for (const { at, value } of view.points) {
    if (at < view.from || at > view.until) continue;
    const column = Math.min(width - 1, Math.floor(((at - view.from) / span) * width));
    columns[column] = Math.max(columns[column] ?? 0, value);
  }
  return filled(columns, view, width);
};

const sampleHoldsMs = 25_000;

/** Samples come every ten seconds; where that is rarer than a column, the columns up to the next one repeat it. */
const filled = (
  columns: readonly (number | undefined)[],
  view: ChartView,
  width: number,
): readonly (number | undefined)[] => {
  const columnMs = (view.until - view.from) / width;
  const reach = Math.ceil((view.holdsMs ?? sampleHoldsMs) / Math.max(1, columnMs));
  let last: number | undefined;
  let since = 0;
  return columns.map((value) => {
    since = value === undefined ? since + 1 : 0;
    last = value ?? last;
    return value ?? (since <= reach ? last : undefined);
  });
};
