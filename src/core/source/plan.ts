import { isAbsolute, relative, sep } from "node:path";
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

/** Under which name a path stands in a snapshot: "" is the state directory itself. Undefined of what lies in no root. */
export const nameInSnapshot = ({ roots }: SourcePlan, absolute: string): string | undefined => {
  for (const { prefix, path } of roots) {
    const inner = relative(path, absolute);
    if (inner === ".." || inner.startsWith(`..${sep}`) || isAbsolute(inner)) continue;
    return [prefix, inner].filter((part) => part !== "").join("/");
  }
  return undefined;
};
