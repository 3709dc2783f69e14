import { constants, type BigIntStats } from "node:fs";
import type { EntryType } from "../manifest/entry.ts";

/** What lstat says, reduced to what a snapshot needs. */
export type FileStat = {
  readonly type: Exclude<EntryType, "hardlink">;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly inode: bigint;
  readonly filesystem: bigint;
  readonly links: number;
  readonly allocatedBytes: number;
  readonly device: number;
};

export const fileStatOf = (stat: BigIntStats): FileStat => {
  // What it answers itself (`isFile`) costs four large numbers a question, and a walk asks about every name.
  const mode = Number(stat.mode);
  return {
    type: typeOf(mode),
    mode: mode & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    sizeBytes: Number(stat.size),
    mtimeNs: writable(stat.mtimeNs),
    ctimeNs: writable(stat.ctimeNs),
    inode: stat.ino,
    filesystem: stat.dev,
    links: Number(stat.nlink),
    allocatedBytes: Number(stat.blocks) * 512,
    device: Number(stat.rdev),
  };
};

/** Some file systems keep any 64 bits as a time, and one file must not end every save: further than this is as good. */
const writable = (ns: bigint): bigint => {
  if (ns > furthestNs) return furthestNs;
  return ns < -furthestNs ? -furthestNs : ns;
};

/** As many seconds as the format has room for, either way. */
const furthestNs = (2n ** 52n - 2n) * 1_000_000_000n;

const typeOf = (mode: number): FileStat["type"] => {
  switch (mode & constants.S_IFMT) {
    case constants.S_IFREG:
      return "file";
    case constants.S_IFDIR:
      return "directory";
    case constants.S_IFLNK:
      return "symlink";
    case constants.S_IFIFO:
      return "fifo";
    case constants.S_IFSOCK:
      return "socket";
    case constants.S_IFBLK:
      return "block-device";
    default:
      return "character-device";
  }
};

/** The same bytes as when `before` was taken, as far as the file system can tell. */
export const looksUnchanged = (
  before: Pick<FileStat, "sizeBytes" | "mtimeNs" | "ctimeNs" | "inode">,
  now: Pick<FileStat, "sizeBytes" | "mtimeNs" | "ctimeNs" | "inode">,
): boolean =>
  before.sizeBytes === now.sizeBytes &&
  before.mtimeNs === now.mtimeNs &&
  before.ctimeNs === now.ctimeNs &&
  before.inode === now.inode;

/**
 * Time stamps come from the kernel's tick (4 ms on ext4, up to 10 elsewhere): a file written twice within one looks the
 * same both times. What was touched this shortly before it was looked at is looked at again.
 */
const racyNs = 50_000_000n;

/** Some file systems keep whole seconds, FAT every second one: no time of a change ends in nine zeros otherwise. */
const secondNs = 1_000_000_000n;

export const isRacy = (
  stat: { readonly mtimeNs: bigint; readonly ctimeNs: bigint },
  lookedAtNs: bigint,
): boolean => {
  const stampNs = stat.ctimeNs % secondNs === 0n ? racyNs + 2n * secondNs : racyNs;
  return (stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs) > lookedAtNs - stampNs;
};
