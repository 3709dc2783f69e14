import type { EntryType } from "../manifest/entry.ts";

/**
 * What to take: which directories, and what in them to leave out. What the parts of a state directory mean is known
 * elsewhere; the core only asks.
 */
export type SourcePlan = {
  readonly roots: readonly SourceRoot[];
  /** `path` as it will stand in the snapshot. A directory that is left out is not entered. */
  readonly excludes: (path: string, type: EntryType) => boolean;
};

export type SourceRoot = {
  /** "" for the state directory; else one name under which this directory stands beside the state's own names. */
  readonly prefix: string;
  readonly path: string;
};
