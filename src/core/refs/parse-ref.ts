import { msOfCivil } from "../../ground/index.ts";
import { parseSnapshotId } from "./snapshot-id.ts";

/** What a person wrote where a snapshot is meant. */
export type Ref =
  /** A complete id: exactly this one or none. */
  | { readonly kind: "id"; readonly id: string }
  /** The newest, or the one `back` before it. */
  | { readonly kind: "latest"; readonly back: number }
  | { readonly kind: "last-good" }
  /** The newest at or before `until`, the last millisecond of the second or minute that was written. */
  | { readonly kind: "time"; readonly until: number }
  /** A name, or the beginning of an id. */
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "invalid"; readonly reason: string };

/** Longer than any id or name that a snapshot can have. */
const lengthLimit = 200;

export const parseRef = (written: string): Ref => {
  const text = written.trim();
  if (text === "") return { kind: "invalid", reason: "it is empty" };
  if (text.length > lengthLimit)
    return { kind: "invalid", reason: `it is longer than ${lengthLimit} characters` };
  if (text === "last-good") return { kind: "last-good" };
  const back = /^latest(?:~(?<back>\d{1,6}))?$/.exec(text)?.groups;
  if (back !== undefined) return { kind: "latest", back: Number(back["back"] ?? 0) };
  if (text.startsWith("latest~")) {
    return { kind: "invalid", reason: "after latest~ stands how many to go back, as in latest~2" };
  }
  if (parseSnapshotId(text) !== undefined) return { kind: "id", id: text };
  return parseTime(text) ?? { kind: "name", text };
};

const timeShape =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[-Tt ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d{1,9})?)?(?<zone>[Zz]|[+-]\d{2}:?\d{2})?$/;

/** Days are not times: `2026-03-02` is the beginning of the ids of that day. Without a zone it is UTC, as ids are. */
const parseTime = (text: string): Ref | undefined => {
  const groups = timeShape.exec(text)?.groups;
  if (groups === undefined) {
    return /^\d{4}-\d{2}-\d{2}.*:/.test(text)
      ? { kind: "invalid", reason: "a time is written 2026-03-02-11:24:00 or 2026-03-02T11:24:00Z" }
      : undefined;
  }
  const part = (name: string): number => Number(groups[name] ?? 0);
  const at = msOfCivil({
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
  });
  const zoneMs = zoneOf(groups["zone"]);
  if (at === undefined || zoneMs === undefined) return { kind: "invalid", reason: "there is no such time" };
  // A snapshot of 11:24:00.3 was taken at 11:24:00 to whoever writes that.
  return { kind: "time", until: at - zoneMs + (groups["second"] === undefined ? 59_999 : 999) };
};

const zoneOf = (zone: string | undefined): number | undefined => {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 60 + minutes) * 60_000 * (zone.startsWith("-") ? -1 : 1);
};

/** Why a text cannot be the name of a snapshot, or undefined when it can: a name must not read as anything else. */
export const nameRefusal = (name: string): string | undefined => {
  if (name.trim() !== name || name === "") return "a name is not empty and has no spaces around it";
  if (name.length > 100) return "a name has at most 100 characters";
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._+@=,-]*$/u.test(name)) {
    return "a name has letters, digits, spaces and . _ + @ = , - and begins with a letter or digit";
  }
  if (name === "live") return "live means the running state";
  if (/^\d[\d-]*$/.test(name)) return "a name of digits and dashes reads as the beginning of an id";
  const ref = parseRef(name);
  return ref.kind === "name" ? undefined : "this already means something else where a snapshot is named";
};
