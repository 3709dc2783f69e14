import { ByteWriter } from "./byte-writer.ts";
import type { BytePath } from "./byte-path.ts";
import { crc32 } from "./crc32.ts";
import { idBytes, type Entry, type EntryType } from "./entry.ts";

/**
 * A manifest is the entries of a snapshot in tree order, cut into segments of about 128 entries where the CRC-32 of a
 * path says so. A cut depends on one path alone, so a change in one place leaves every other segment, and therefore
 * its id, as it was: the next snapshot stores only the segments that differ.
 */
const cutMask = 127;
export const mayCutAt = (path: BytePath): boolean => (crc32(path) & cutMask) === 0;

const maxSegmentEntries = 1024;
const maxSegmentBytes = 256 * 1024;

/** By the number they are written as. */
export const types: readonly EntryType[] = [
  "file",
  "directory",
  "symlink",
  "hardlink",
  "fifo",
  "socket",
  "character-device",
  "block-device",
];

export const flag = { attributes: 1, nodes: 2, sparse: 4, database: 8, cut: 16 } as const;

/** Takes entries in tree order and gives whole segments. */
export class SegmentEncoder {
  readonly #writer = new ByteWriter(64 * 1024);
  readonly #emit: (segment: Uint8Array) => void;
  #entries = 0;
  #previous = "";

  constructor(emit: (segment: Uint8Array) => void) {
    this.#emit = emit;
  }

  add(entry: Entry): void {
    if (
      this.#entries > 0 &&
      (mayCutAt(entry.path) || this.#entries >= maxSegmentEntries || this.#writer.length >= maxSegmentBytes)
    ) {
      this.finish();
    }
    encodeEntry(this.#writer, entry, this.#previous);
    this.#previous = entry.path;
    this.#entries += 1;
  }

  finish(): void {
    if (this.#entries === 0) return;
    this.#emit(this.#writer.finish());
    this.#writer.reset();
    this.#entries = 0;
    this.#previous = "";
  }
}

const encodeEntry = (writer: ByteWriter, entry: Entry, previous: string): void => {
  const { node, observed } = entry;
  const content = node.type === "file" ? node.content : undefined;
  const size = node.type === "file" || node.type === "hardlink" ? node.sizeBytes : 0;
  writer.byte(types.indexOf(node.type));
  writer.byte(
    (entry.attributes.length > 0 ? flag.attributes : 0) |
      (content?.list.kind === "nodes" ? flag.nodes : 0) |
      (content?.layout === "sparse" ? flag.sparse : 0) |
      (content?.database === true ? flag.database : 0) |
      (observed.sizeBytes === size ? 0 : flag.cut),
  );
  let shared = 0;
  while (shared < previous.length && shared < entry.path.length && previous[shared] === entry.path[shared]) {
    shared += 1;
  }
  writer.varint(shared);
  writer.latin1(entry.path, shared);
  writer.varint(entry.mode);
  writer.varint(entry.uid);
  writer.varint(entry.gid);
  writer.time(entry.mtimeNs);
  writer.time(observed.ctimeNs);
  // Some file systems use all 64 bits of an inode number.
  writer.varint(Number(observed.inode >> 32n));
  writer.varint(Number(observed.inode & 0xffff_ffffn));
  if (observed.sizeBytes !== size) writer.varint(observed.sizeBytes);
  if (entry.attributes.length > 0) {
    writer.varint(entry.attributes.length);
    for (const { name, value } of entry.attributes) {
      writer.latin1(name);
      writer.bytes(value);
    }
  }
  switch (node.type) {
    case "file":
      writer.varint(node.sizeBytes);
      writer.varint(node.content.list.ids.length / idBytes);
      writer.raw(node.content.list.ids);
      return;
    case "hardlink":
      writer.latin1(node.target);
      writer.varint(node.sizeBytes);
      return;
    case "symlink":
      writer.latin1(node.target);
      return;
    case "character-device":
    case "block-device":
      writer.varint(node.device);
      return;
    case "directory":
    case "fifo":
    case "socket":
      return;
  }
};
