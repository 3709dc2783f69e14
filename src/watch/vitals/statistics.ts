/** Numbers about numbers. All of them answer `undefined` when there is nothing to say. */

/** Nearest rank: the answer is a value that really occurred. */
export const percentile = (values: readonly number[], fraction: number): number | undefined => {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.ceil(fraction * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))];
};

export const median = (values: readonly number[]): number | undefined => percentile(values, 0.5);

export const mean = (values: readonly number[]): number | undefined => {
  if (values.length === 0) return undefined;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

/** Least squares: how much the value grows in one hour. */
export const slopePerHour = (
  points: readonly { readonly at: number; readonly value: number }[],
): number | undefined => {
  const first = points[0];
  if (first === undefined || points.length < 3) return undefined;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (const { at, value } of points) {
    const x = (at - first.at) / 3_600_000;
    sumX += x;
    sumY += value;
    sumXX += x * x;
    sumXY += x * value;
  }
  const spread = points.length * sumXX - sumX * sumX;
  return spread <= 0 ? undefined : (points.length * sumXY - sumX * sumY) / spread;
};
