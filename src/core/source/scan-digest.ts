import { createHash } from "node:crypto";
import type { BytePath } from "../manifest/byte-path.ts";
import { mayCutAt } from "../manifest/segment.ts";
import { isRacy, type FileStat } from "./file-stat.ts";
import type { Scanned } from "./scan.ts";

/** Names that will make one segment of the list of files, if nothing more is to be said of them than what was seen. */
export type WalkPart = { readonly from: number; readonly to: number; readonly digest: Uint8Array };

export type Seen = {
  /** Over the whole walk. */
  readonly digest: string;
  readonly parts: readonly WalkPart[];
};

const partDigestBytes = 16;

/**
 * Hashes over everything a walk found: names, and all that lstat said of each. When a later walk gives the same and
 * nothing in it was touched shortly before the earlier one, nothing has changed in between: neither the last list of files
 * nor the index need be read to know it, and of a part that gives the same, not that part of the list.
 *
 * Of what SQLite keeps beside a file under that file's name (`-shm`, `-journal`) only the name counts: each reader
 * touches it, and it belongs to no snapshot.
 */
export const scanDigest = (items: readonly Scanned[]): Seen => {
  const parts: WalkPart[] = [];
  const all = createHash("sha256").update("clawback scan 2");
  const facts = new Facts();
  let from = 0;
  const end = (to: number): void => {
    const digest = facts.digest();
    all.update(digest);
    parts.push({ from, to, digest: digest.subarray(0, partDigestBytes) });
    from = to;
  };
  // Not a loop of its own: V8 would take that for worth optimizing, which takes longer than to go through it once.
  items.forEach(({ path, stat }, at) => {
    const isBeside = isBesideAnother(items, at);
    if (at > from && !isBeside && mayCutAt(path)) end(at);
    facts.add(path, isBeside ? undefined : stat);
  });
  if (items.length > from) end(items.length);
  return { digest: all.digest("base64"), parts };
};

const blockBytes = 64 * 1024;
const factBytes = 48;

/** Puts names and facts into one block after the other, so that few and large pieces are hashed. */
class Facts {
  readonly #block = Buffer.allocUnsafe(blockBytes);
  readonly #view = new DataView(this.#block.buffer, this.#block.byteOffset, blockBytes);
  #hash = createHash("sha256");
  #filled = 0;

  add(path: BytePath, stat: FileStat | undefined): void {
    if (this.#filled + path.length + factBytes > blockBytes) this.#flush();
    // A path may be longer than a block.
    if (path.length + factBytes > blockBytes) this.#hash.update(path, "latin1");
    else this.#filled += this.#block.write(path, this.#filled, "latin1");
    const at = this.#filled;
    this.#filled += factBytes;
    this.#view.setUint32(at, path.length);
    if (stat === undefined) {
      this.#block.fill(0, at + 4, at + factBytes);
      return;
    }
    this.#view.setUint32(at + 4, types.indexOf(stat.type) * 0x10000 + stat.mode);
    this.#view.setUint32(at + 8, stat.uid);
    this.#view.setUint32(at + 12, stat.gid);
    this.#view.setFloat64(at + 16, stat.sizeBytes);
    this.#view.setBigInt64(at + 24, stat.mtimeNs);
    this.#view.setBigInt64(at + 32, stat.ctimeNs);
    this.#view.setBigUint64(at + 40, stat.inode);
  }

  /** Of what came since the last one. */
  digest(): Buffer {
    this.#flush();
    const digest = this.#hash.digest();
    this.#hash = createHash("sha256");
    return digest;
  }

  #flush(): void {
    this.#hash.update(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

/** Whether what the walk found was at rest when an earlier one began: see the racy rule. */
export const isAtRest = (items: readonly Scanned[], lookedAtNs: bigint): boolean =>
  items.every(({ stat }, at) => !isRacy(stat, lookedAtNs) || isBesideAnother(items, at));

export const isPartAtRest = (
  items: readonly Scanned[],
  { from, to }: WalkPart,
  lookedAtNs: bigint,
): boolean => {
  for (let at = from; at < to; at += 1) {
    const item = items[at];
    if (item !== undefined && isRacy(item.stat, lookedAtNs)) return false;
  }
  return true;
};

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
