/** How a screen divides its place. Pure, because paging needs it as much as drawing. */
export type Box = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Below this the screen is one line of summary. */
export const smallest = { columns: 60, rows: 15 } as const;

export type Part<What> = {
  readonly what: What;
  /** At least so many lines, or columns; a part that does not get them is left out, the last ones first. */
  readonly least: number;
  /** At most so many; absent: as many as there are. */
  readonly most?: number;
  /** Its share of what is left when all have their least. */
  readonly share?: number;
};

export type Placed<What> = { readonly what: What; readonly box: Box };

/** One above the other, in the order given. What comes last in `parts` is the first to go when there is no room. */
export const stacked = <What>(box: Box, parts: readonly Part<What>[]): readonly Placed<What>[] =>
  divided(box.height, parts).map(({ what, from, size }) => ({
    what,
    box: { ...box, top: box.top + from, height: size },
  }));

/** One beside the other. */
export const beside = <What>(box: Box, parts: readonly Part<What>[]): readonly Placed<What>[] =>
  divided(box.width, parts).map(({ what, from, size }) => ({
    what,
    box: { ...box, left: box.left + from, width: size },
  }));

type Division<What> = { readonly what: What; readonly from: number; readonly size: number };

const divided = <What>(room: number, parts: readonly Part<What>[]): readonly Division<What>[] => {
  const kept = [...parts];
  while (kept.length > 1 && kept.reduce((sum, { least }) => sum + least, 0) > room) kept.pop();
  const sizes = kept.map(({ least }) => Math.min(least, room));
  let left = room - sizes.reduce((sum, size) => sum + size, 0);
  // Handed out by share until nobody can take more; at most one round for each part.
  for (let round = 0; round < kept.length && left > 0; round += 1) {
    const open = kept.map((part, at) => ({ part, at })).filter(({ part, at }) => wants(part, sizes[at] ?? 0));
    const shares = open.reduce((sum, { part }) => sum + (part.share ?? 0), 0);
    if (shares === 0) break;
    const giving = left;
    for (const { part, at } of open) {
      const before = sizes[at] ?? 0;
      const due = Math.ceil((giving * (part.share ?? 0)) / shares);
      const taken = Math.min(due, left, (part.most ?? Number.POSITIVE_INFINITY) - before);
      sizes[at] = before + taken;
      left -= taken;
    }
  }
  let from = 0;
  return kept.map(({ what }, at) => {
    const size = sizes[at] ?? 0;
    const division = { what, from, size };
    from += size;
    return division;
  });
};

const wants = ({ most, share }: Part<unknown>, size: number): boolean =>
  (share ?? 0) > 0 && size < (most ?? Number.POSITIVE_INFINITY);
