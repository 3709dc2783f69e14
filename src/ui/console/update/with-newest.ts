/** The map with this entry as its newest. Of more than `most` the oldest are forgotten. */
export const withNewest = <Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
  most: number,
): ReadonlyMap<string, Value> => {
  const after = new Map(map);
  after.delete(key);
  after.set(key, value);
  for (const oldest of after.keys()) {
    if (after.size <= most) break;
    after.delete(oldest);
  }
  return after;
};
