import { shownOf } from "../manifest/byte-path.ts";
import { basename, dirname, join } from "node:path";

/** Where one live directory's old and new versions wait: beside it, so that a rename is enough. */
export type RootPlaces = {
  /** "" for the state directory; else the name under which it stands in the snapshot. */
  readonly prefix: string;
  /** Absolute, links resolved. */
  readonly live: string;
  readonly staged: string;
  readonly displaced: string;
  readonly undone: string;
};

export type TakebackRoot = RootPlaces & {
  /** Databases of a gateway are made ready to start on, and its files made private; a workspace belongs to its user. */
  readonly kind: "state" | "workspace";
  /** Workspaces inside it that do not have the usual name, by their relative path. */
  readonly workspaces?: readonly string[];
  /** Where the vault is when it lies inside: it moves over as it is. */
  readonly vault?: string;
};

export const placesOf = (prefix: string, live: string, id: string): RootPlaces => {
  const beside = (what: string): string => join(dirname(live), `${basename(live)}.clawback-${id}-${what}`);
  return { prefix, live, staged: beside("new"), displaced: beside("old"), undone: beside("undone") };
};

/** Where a path of the snapshot, as it is shown, lies in one of these places. */
export const shownIn = (place: string, path: string): string => join(shownOf(place), path);

/** Where a path of the snapshot lies within a directory that was restored from it. */
export const stagedPath = ({ prefix, staged }: RootPlaces, path: string): string =>
  join(staged, prefix, path);
