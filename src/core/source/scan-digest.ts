import { createHash } from "node:crypto";
import { isRacy } from "./file-stat.ts";
import type { Scanned } from "./scan.ts";

/**
 * One hash over everything a walk found: names, and all that lstat said of each. When a later walk gives the same and
 * nothing in it was touched shortly before the earlier one, nothing has changed in between, and neither the last list of
 * files nor the index need be read to know it.
 *
 * Of what SQLite keeps beside a file under that file's name (`-shm`, `-journal`) only the name counts: each reader
 * touches it, and it belongs to no snapshot.
 */
export const scanDigest = (items: readonly Scanned[]): string => {
  const hash = createHash("sha256").update("clawback scan 1");
  const block = Buffer.allocUnsafe(blockBytes);
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  let filled = 0;
  // Not a loop of its own: V8 would take that for worth optimizing, which takes longer than to go through it once.
  items.forEach(({ path, stat }, at) => {
    if (filled + path.length + factBytes > blockBytes) {
      hash.update(block.subarray(0, filled));
      filled = 0;
    }
    // A path may be longer than a block.
    if (path.length + factBytes > blockBytes) hash.update(path, "latin1");
    else filled += block.write(path, filled, "latin1");
    view.setUint32(filled, path.length);
    if (isBesideAnother(items, at)) {
      block.fill(0, filled + 4, filled + factBytes);
      filled += factBytes;
      return;
    }
    view.setUint32(filled + 4, types.indexOf(stat.type) * 0x10000 + stat.mode);
    view.setUint32(filled + 8, stat.uid);
    view.setUint32(filled + 12, stat.gid);
    view.setFloat64(filled + 16, stat.sizeBytes);
    view.setBigInt64(filled + 24, stat.mtimeNs);
    view.setBigInt64(filled + 32, stat.ctimeNs);
    view.setBigUint64(filled + 40, stat.inode);
    filled += factBytes;
  });
  return hash.update(block.subarray(0, filled)).digest("base64");
};

/** Whether what the walk found was at rest when an earlier one began: see the racy rule. */
export const isAtRest = (items: readonly Scanned[], lookedAtNs: bigint): boolean =>
  items.every(({ stat }, at) => !isRacy(stat, lookedAtNs) || isBesideAnother(items, at));

const blockBytes = 64 * 1024;
const factBytes = 48;

const types = [
  "file",
  "directory",
  "symlink",
  "fifo",
  "socket",
  "character-device",
  "block-device",
] as const satisfies readonly Scanned["stat"]["type"][];

/** Whether a file has the name of another with what SQLite puts behind it. */
export const isBesideAnother = (items: readonly Scanned[], at: number): boolean => {
  const item = items[at];
  if (item?.stat.type !== "file") return false;
  const { path } = item;
  const suffix = path.endsWith("-shm") ? "-shm" : path.endsWith("-journal") ? "-journal" : undefined;
  if (suffix === undefined) return false;
  const stem = path.slice(0, -suffix.length);
  // In tree order everything between the two begins with the name of the first.
  for (let before = at - 1; before >= 0; before -= 1) {
    const other = items[before];
    if (other === undefined || !other.path.startsWith(stem)) return false;
    if (other.path === stem) return other.stat.type === "file";
  }
  return false;
};
