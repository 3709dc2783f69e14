import { civilOfMs, dateText, msOfCivil, two } from "../../ground/index.ts";

/**
 * The id of a snapshot is the minute it was taken, in UTC: `2026-03-02-10-56`, and `-2`, `-3` for further ones of the same
 * minute. Ids sort as text in the order in which they were taken, up to the tenth of one minute: sort by `compareIds`.
 */
const shape = /^(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})(?:-([1-9]\d{0,5}))?$/;

export type SnapshotIdParts = {
  /** The beginning of its minute. */
  readonly minuteAt: number;
  /** 1 for the first of its minute. */
  readonly number: number;
};

/** The parts of a complete id, or undefined when the text is none. */
export const parseSnapshotId = (text: string): SnapshotIdParts | undefined => {
  const [id, year, month, day, hour, minute, written] = shape.exec(text) ?? [];
  // `-1` would be a second name of the first.
  if (id === undefined || written === "1") return undefined;
  const minuteAt = msOfCivil({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: 0,
  });
  return minuteAt === undefined ? undefined : { minuteAt, number: Number(written ?? 1) };
};

export const snapshotIdOf = (takenAt: number, number = 1): string => {
  const { year, month, day, hour, minute } = civilOfMs(takenAt);
  const id = `${dateText(year, month, day)}-${two(hour)}-${two(minute)}`;
  return number === 1 ? id : `${id}-${number}`;
};

/** What has an id, oldest first; the rest is left out. Each id is read once, however many there are. */
export const inOrderOfIds = <T>(things: readonly T[], idOf: (thing: T) => string): readonly T[] =>
  things
    .flatMap((thing) => {
      const parts = parseSnapshotId(idOf(thing));
      return parts === undefined ? [] : [{ thing, parts }];
    })
    .sort(({ parts: a }, { parts: b }) => byAge(a, b))
    .map(({ thing }) => thing);

const byAge = (a: SnapshotIdParts, b: SnapshotIdParts): number =>
  a.minuteAt - b.minuteAt || a.number - b.number;

/** Oldest first. What is no id sorts behind all ids, as text. */
export const compareIds = (left: string, right: string): number => {
  const a = parseSnapshotId(left);
  const b = parseSnapshotId(right);
  if (a !== undefined && b !== undefined) return byAge(a, b);
  if (a !== undefined || b !== undefined) return a === undefined ? 1 : -1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
