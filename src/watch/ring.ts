/** Keeps the newest `limit` of what is pushed, oldest first. A list that did not change keeps its identity. */
export const push = <Item>(list: readonly Item[], item: Item, limit: number): readonly Item[] =>
  list.length < limit ? [...list, item] : [...list.slice(list.length - limit + 1), item];

/** As `push`, for several items at once. */
export const pushAll = <Item>(
  list: readonly Item[],
  items: readonly Item[],
  limit: number,
): readonly Item[] => {
  if (items.length === 0) return list;
  const all = [...list, ...items];
  return all.length <= limit ? all : all.slice(all.length - limit);
};

/**
 * Puts an item where its time belongs (`at` ascending) and keeps the newest `limit`. Of the same instant `order` decides,
 * so that the list does not depend on who was heard first; without it, later comers go last. Most arrive in order, so
 * the search begins at the end.
 */
export const insertByTime = <Item extends { readonly at: number }>(
  list: readonly Item[],
  item: Item,
  limit: number,
  order: (a: Item, b: Item) => number = () => 0,
): readonly Item[] => {
  let place = list.length;
  for (; place > 0; place -= 1) {
    const before = list[place - 1];
    if (before === undefined || before.at < item.at) break;
    if (before.at === item.at && order(before, item) <= 0) break;
  }
  const all = place === list.length ? [...list, item] : list.toSpliced(place, 0, item);
  return all.length <= limit ? all : all.slice(all.length - limit);
};
