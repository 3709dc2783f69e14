/** One measured number beside the bar it must reach. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar?: number;
};

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const print = (figures: readonly Figure[]): void => {
  for (const { what, value, unit, bar } of figures) {
    const against = bar === undefined ? "" : `  (bar ${bar} ${unit}${value <= bar ? "" : ", MISSED"})`;
    console.log(`${what.padEnd(64)} ${value.toFixed(2).padStart(10)} ${unit}${against}`);
  }
};
