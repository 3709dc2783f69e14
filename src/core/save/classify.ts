import type { Entry, ExtendedAttribute, Node } from "../manifest/entry.ts";
import { comparePaths, type BytePath } from "../manifest/byte-path.ts";
import { isRacy, looksUnchanged, type FileStat } from "../source/file-stat.ts";
import type { Scanned } from "../source/scan.ts";

/** A name of the new snapshot: settled, or with content still to be read. */
export type Sorted = {
  readonly item: Scanned;
  /** What the last snapshot had under this path. */
  readonly before: Entry | undefined;
  readonly what:
    | { readonly kind: "carried" }
    | { readonly kind: "node"; readonly node: Node }
    | { readonly kind: "to-read" };
};

/** Puts what was found beside what the last snapshot had, which comes in segments. Both are in tree order. */
export const sortOut = async (
  items: readonly Scanned[],
  base: AsyncIterable<readonly Entry[]> | undefined,
  baseScannedAtNs: bigint,
): Promise<readonly Sorted[]> => {
  const firstOfInode = new Map<string, Scanned>();
  const sorted: Sorted[] = [];
  let found = 0;
  /** Takes what was found up to and with `entry`, or all that is left. */
  const takeUpTo = (entry: Entry | undefined): void => {
    for (let item = items[found]; item !== undefined; item = items[found]) {
      const order = entry === undefined ? -1 : comparePaths(item.path, entry.path);
      if (order > 0) return;
      found += 1;
      const before = order === 0 ? entry : undefined;
      sorted.push({ item, before, what: sortOne(item, before, baseScannedAtNs, firstOfInode) });
      if (order === 0) return;
    }
  };
  // Waiting for each entry by itself would cost more than the entries.
  for await (const segment of base ?? []) for (const entry of segment) takeUpTo(entry);
  takeUpTo(undefined);
  return sorted;
};

const sortOne = (
  item: Scanned,
  before: Entry | undefined,
  baseScannedAtNs: bigint,
  firstOfInode: Map<string, Scanned>,
): Sorted["what"] => {
  const { stat } = item;
  if (stat.type === "file") {
    if (stat.links > 1) {
      const inode = `${stat.filesystem}:${stat.inode}`;
      const first = firstOfInode.get(inode);
      if (first !== undefined) {
        return {
          kind: "node",
          node: { type: "hardlink", target: first.path, sizeBytes: first.stat.sizeBytes },
        };
      }
      firstOfInode.set(inode, item);
    }
    return before?.node.type === "file" && isSame(before, stat, baseScannedAtNs)
      ? { kind: "carried" }
      : { kind: "to-read" };
  }
  return { kind: "node", node: nodeOf(item, stat.type) };
};

export const isSame = (before: Entry, stat: FileStat, baseScannedAtNs: bigint): boolean =>
  looksUnchanged({ ...before.observed, mtimeNs: before.mtimeNs }, stat) && !isRacy(stat, baseScannedAtNs);

const nodeOf = (item: Scanned, type: Exclude<FileStat["type"], "file">): Node => {
  switch (type) {
    case "directory":
    case "fifo":
    case "socket":
      return { type };
    case "symlink":
      return { type, target: item.target ?? ("" as BytePath) };
    case "character-device":
    case "block-device":
      return { type, device: item.stat.device };
  }
};

export const entryFrom = (
  path: BytePath,
  stat: FileStat,
  attributes: readonly ExtendedAttribute[],
  node: Node,
): Entry => ({
  path,
  mode: stat.mode,
  uid: stat.uid,
  gid: stat.gid,
  mtimeNs: stat.mtimeNs,
  attributes,
  observed: {
    ctimeNs: stat.ctimeNs,
    inode: stat.inode,
    // Sizes of directories and links mean nothing and would only differ between file systems.
    sizeBytes: node.type === "file" || node.type === "hardlink" ? stat.sizeBytes : 0,
  },
  node,
});

/** Nothing that the manifest says differs. */
export const isUnchanged = ({ item: { stat }, before, what }: Sorted): boolean => {
  if (what.kind === "carried") return true;
  if (what.kind === "to-read" || before === undefined) return false;
  return (
    before.mode === stat.mode &&
    before.uid === stat.uid &&
    before.gid === stat.gid &&
    before.mtimeNs === stat.mtimeNs &&
    before.observed.ctimeNs === stat.ctimeNs &&
    before.observed.inode === stat.inode &&
    sameNode(before.node, what.node)
  );
};

const sameNode = (a: Node, b: Node): boolean => {
  if (a.type !== b.type) return false;
  switch (a.type) {
    case "symlink":
    case "hardlink":
      return (
        "target" in b &&
        a.target === b.target &&
        ("sizeBytes" in a && "sizeBytes" in b ? a.sizeBytes === b.sizeBytes : true)
      );
    case "character-device":
    case "block-device":
      return "device" in b && a.device === b.device;
    case "file":
    case "directory":
    case "fifo":
    case "socket":
      return true;
  }
};
