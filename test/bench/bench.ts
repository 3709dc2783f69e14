/** One measured number. With a bar, smaller is better and the bar is the most there may be. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar?: number;
};

export type Bench = {
  readonly title: string;
  readonly run: () => AsyncIterable<Figure>;
};

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);
