import type { BytePath } from "./byte-path.ts";

/** One name in a snapshot. Everything but `observed` is what a restore brings back. */
export type Entry = {
  readonly path: BytePath;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
  readonly attributes: readonly ExtendedAttribute[];
  /** What lstat said besides, so that the next snapshot can tell whether to look again. */
  readonly observed: Observed;
  readonly node: Node;
};

export type Node =
  | { readonly type: "file"; readonly sizeBytes: number; readonly content: Content }
  | { readonly type: "directory" }
  | { readonly type: "symlink"; readonly target: BytePath }
  /** The same inode as an earlier entry of the snapshot. */
  | { readonly type: "hardlink"; readonly target: BytePath; readonly sizeBytes: number }
  | { readonly type: "fifo" | "socket" }
  | { readonly type: "character-device" | "block-device"; readonly device: number };

export type EntryType = Node["type"];

export type Observed = {
  readonly ctimeNs: bigint;
  readonly inode: bigint;
  /** May differ from the content's size: a write-ahead log is cut at the read mark. */
  readonly sizeBytes: number;
};

export type ExtendedAttribute = { readonly name: BytePath; readonly value: Uint8Array };

/** Which chunks make up a file, in order: ids of `idBytes` bytes each, back to back. */
export type Content = {
  /**
   * "chunks": the bytes one after the other. "sparse": blocks of 64 KiB each, the last may be shorter, where the id of
   * only zeros is a hole.
   */
  readonly layout: "chunks" | "sparse";
  /** Captured as (part of) a SQLite database. */
  readonly database: boolean;
  readonly list: IdList;
};

/** A list of ids: short ones stand inline, long ones are cut into nodes that are chunks of their own. */
export type IdList = { readonly kind: "inline" | "nodes"; readonly ids: Uint8Array };

/** 160 bits of BLAKE3: a collision costs 2^80 hashes. */
export const idBytes = 20;

export const contentSize = (entry: Entry): number =>
  entry.node.type === "file" || entry.node.type === "hardlink" ? entry.node.sizeBytes : 0;
