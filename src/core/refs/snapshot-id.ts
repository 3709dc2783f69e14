import { civilOfMs, dateText, msOfCivil, two } from "./calendar.ts";

/**
 * The id of a snapshot is the minute it was taken, in UTC: `2026-03-02-10-56`, and `-2`, `-3` for further ones of the same
 * minute. Ids sort as text in the order in which they were taken, up to the tenth of one minute: sort by `compareIds`.
 */
const shape =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})-(?<hour>\d{2})-(?<minute>\d{2})(?:-(?<number>[1-9]\d{0,5}))?$/;

export type SnapshotIdParts = {
  /** The beginning of its minute. */
  readonly minuteAt: number;
  /** 1 for the first of its minute. */
  readonly number: number;
};

/** The parts of a complete id, or undefined when the text is none. */
export const parseSnapshotId = (text: string): SnapshotIdParts | undefined => {
  const groups = shape.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const part = (name: string): number => Number(groups[name]);
  const minuteAt = msOfCivil({
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: 0,
  });
  const number = groups["number"] === undefined ? 1 : part("number");
  // `-1` would be a second name of the first.
  return minuteAt === undefined || (number === 1 && groups["number"] !== undefined)
    ? undefined
    : { minuteAt, number };
};

export const snapshotIdOf = (takenAt: number, number = 1): string => {
  const { year, month, day, hour, minute } = civilOfMs(takenAt);
  const id = `${dateText(year, month, day)}-${two(hour)}-${two(minute)}`;
  return number === 1 ? id : `${id}-${number}`;
};

/** The first free id of its minute. Ids of deleted snapshots count as taken: an id never comes to mean something else. */
export const nextSnapshotId = (takenAt: number, isTaken: (id: string) => boolean): string => {
  for (let number = 1; ; number += 1) {
    const id = snapshotIdOf(takenAt, number);
    if (!isTaken(id)) return id;
  }
};

/** Oldest first. What is no id sorts behind all ids, as text. */
export const compareIds = (left: string, right: string): number => {
  const a = parseSnapshotId(left);
  const b = parseSnapshotId(right);
  if (a !== undefined && b !== undefined) return a.minuteAt - b.minuteAt || a.number - b.number;
  if (a !== undefined || b !== undefined) return a === undefined ? 1 : -1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
