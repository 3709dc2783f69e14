/** Lines `oldStart..oldEnd` were replaced by lines `newStart..newEnd`; either may be empty. */
export type Edit = {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
};

/** How far apart two files may be before the shortest way is no longer looked for: memory and time grow with its square. */
const distanceLimit = 1_500;
/** How many pairs of lines may be looked at: files made of equal short lines would otherwise take minutes. */
const lookLimit = 40_000_000;

/**
 * The shortest list of edits that makes the one from the other, after Eugene Myers ("An O(ND) Difference Algorithm",
 * 1986): common ends are set aside, then the furthest point is sought that d edits reach, for growing d, and the way
 * back is read off the points kept. Past the limit the middle counts as replaced whole, which is right and rough.
 */
export const editsOf = (
  before: readonly string[],
  after: readonly string[],
): { readonly edits: readonly Edit[]; readonly rough: boolean } => {
  const { old, now } = numbered(before, after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let oldEnd = old.length;
  let newEnd = now.length;
  while (oldEnd > start && newEnd > start && old[oldEnd - 1] === now[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  const whole: Edit = { oldStart: start, oldEnd, newStart: start, newEnd };
  if (start === oldEnd && start === newEnd) return { edits: [], rough: false };
  if (start === oldEnd || start === newEnd) return { edits: [whole], rough: false };
  const steps = search(old.subarray(start, oldEnd), now.subarray(start, newEnd));
  return steps === undefined
    ? { edits: [whole], rough: true }
    : { edits: joined(steps, start), rough: false };
};

/** Equal lines get equal numbers, so that comparing them costs the same however long they are. */
const numbered = (
  before: readonly string[],
  after: readonly string[],
): { readonly old: Int32Array; readonly now: Int32Array } => {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  return { old: Int32Array.from(before, numberOf), now: Int32Array.from(after, numberOf) };
};

/** One line taken out at `x`, or one put in before `x` from `y`. */
type Step = { readonly kind: "remove" | "add"; readonly x: number; readonly y: number };

const search = (old: Int32Array, now: Int32Array): readonly Step[] | undefined => {
  const limit = Math.min(old.length + now.length, distanceLimit);
  // Furthest x on each diagonal k = x - y, kept at index k + limit + 1.
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  let looks = 0;
  for (let distance = 0; distance <= limit; distance += 1) {
    if (looks > lookLimit) return undefined;
    trace.push(furthest.slice(limit - distance, limit + distance + 3));
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const at = diagonal + limit + 1;
      const below = furthest[at + 1] ?? 0;
      const left = furthest[at - 1] ?? 0;
      let x = diagonal === -distance || (diagonal !== distance && left < below) ? below : left + 1;
      const from = x;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      looks += x - from + 1;
      furthest[at] = x;
      if (x >= old.length && x - diagonal >= now.length) return wayBack(trace, old.length, now.length);
    }
  }
  return undefined;
};

const wayBack = (trace: readonly Int32Array[], oldLength: number, newLength: number): readonly Step[] => {
  const steps: Step[] = [];
  let x = oldLength;
  let y = newLength;
  for (let distance = trace.length - 1; distance > 0; distance -= 1) {
    // The points as they stood before this round: diagonals -distance - 1 to distance + 1.
    const points = trace[distance];
    const pointAt = (diagonal: number): number => points?.[diagonal + distance + 1] ?? 0;
    const diagonal = x - y;
    const isAdd =
      diagonal === -distance || (diagonal !== distance && pointAt(diagonal - 1) < pointAt(diagonal + 1));
    const previous = isAdd ? diagonal + 1 : diagonal - 1;
    x = pointAt(previous);
    y = x - previous;
    steps.push({ kind: isAdd ? "add" : "remove", x, y });
  }
  return steps.reverse();
};

/** Steps that follow one another are one edit. */
const joined = (steps: readonly Step[], offset: number): readonly Edit[] => {
  const edits: { oldStart: number; oldEnd: number; newStart: number; newEnd: number }[] = [];
  for (const { kind, x, y } of steps) {
    const oldAt = x + offset;
    const newAt = y + offset;
    const last = edits.at(-1);
    const edit =
      last !== undefined && last.oldEnd === oldAt && last.newEnd === newAt
        ? last
        : { oldStart: oldAt, oldEnd: oldAt, newStart: newAt, newEnd: newAt };
    if (edit !== last) edits.push(edit);
    if (kind === "remove") edit.oldEnd += 1;
    else edit.newEnd += 1;
  }
  return edits;
};
