import { harmlessLine } from "../ground/index.ts";

/**
 * What reading a state directory could not do, as a value: a damaged database or a broken configuration is something
 * to report beside everything that could be read, never a reason to stop reading.
 */
export type StateFinding = {
  /** A stable name that scripts can test. */
  readonly code: StateFindingCode;
  /** The file or directory it happened to. */
  readonly path: string;
  /** What was found, in words, already harmless to print. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
};

export type StateFindingCode =
  | "STATE_DIRECTORY_MISSING"
  | "STATE_DIRECTORY_UNREADABLE"
  | "STATE_DATABASE_BUSY"
  | "STATE_DATABASE_DAMAGED"
  | "STATE_DATABASE_UNREADABLE"
  | "STATE_DATABASE_CHANGING"
  | "STATE_SCHEMA_UNKNOWN"
  | "STATE_SESSION_UNREADABLE"
  | "STATE_TOO_LARGE"
  | "LEGACY_STORE_BROKEN"
  | "LEGACY_TRANSCRIPT_MISSING"
  | "LEGACY_TRANSCRIPT_UNREADABLE"
  | "CONFIG_BROKEN"
  | "CONFIG_TOO_LARGE"
  | "CONFIG_UNREADABLE"
  | "CONFIG_INCLUDE_REFUSED"
  | "CONFIG_INCLUDE_BROKEN";

/** A finding about a path; `what` goes on from it, as in "is damaged". */
export const findingAt = (
  code: StateFindingCode,
  path: string,
  what: string,
  hint: string,
): StateFinding => ({
  code,
  path,
  message: `${harmlessLine(path, 300)} ${what}`,
  hint,
});
