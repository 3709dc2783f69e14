import { pathText } from "../manifest/byte-path.ts";
import { contentSize, type Entry, type EntryType } from "../manifest/entry.ts";

/** A name of a snapshot as `snapshots show` prints it. */
export type FileRow = {
  readonly path: string;
  readonly type: EntryType;
  readonly size: number;
  readonly mode: number;
  readonly mtimeNs: string;
};

export const rowOf = (entry: Entry): FileRow => ({
  path: pathText(entry.path),
  type: entry.node.type,
  size: contentSize(entry),
  mode: entry.mode,
  mtimeNs: String(entry.mtimeNs),
});
