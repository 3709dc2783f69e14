import { ByteReader, Malformed } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { bytePath, type BytePath } from "./byte-path.ts";
import { crc32 } from "./crc32.ts";
import { idBytes, type Content, type Entry, type EntryType, type Node } from "./entry.ts";

/**
 * A manifest is the entries of a snapshot in tree order, cut into segments of about 128 entries where the CRC-32 of a
 * path says so. A cut depends on one path alone, so a change in one place leaves every other segment, and therefore
 * its id, as it was: the next snapshot stores only the segments that differ.
 */
const cutMask = 127;
export const mayCutAt = (path: BytePath): boolean => (crc32(path) & cutMask) === 0;

const maxSegmentEntries = 1024;
const maxSegmentBytes = 256 * 1024;

const types: readonly EntryType[] = [
  "file",
  "directory",
  "symlink",
  "hardlink",
  "fifo",
  "socket",
  "character-device",
  "block-device",
];

const flag = { attributes: 1, nodes: 2, sparse: 4, database: 8, cut: 16 } as const;

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

/** Throws Malformed when the bytes are no segment; a path can never leave the tree. */
export const decodeSegment = (segment: Uint8Array): Entry[] => {
  const reader = new ByteReader(segment);
  const entries: Entry[] = [];
  let previous = "";
  while (!reader.atEnd) {
    const entry = decodeEntry(reader, previous);
    entries.push(entry);
    previous = entry.path;
  }
  return entries;
};

const decodeEntry = (reader: ByteReader, previous: string): Entry => {
  const type = types[reader.byte()];
  if (type === undefined) throw new Malformed("unknown type of entry");
  const flags = reader.byte();
  const shared = reader.varint();
  if (shared > previous.length) throw new Malformed("shared prefix is too long");
  const path = safePath(previous.slice(0, shared) + reader.latin1());
  const mode = reader.varint();
  const uid = reader.varint();
  const gid = reader.varint();
  if (mode > 0o7777 || uid > 0xffff_ffff || gid > 0xffff_ffff)
    throw new Malformed("a mode or owner that none has");
  const mtimeNs = reader.time();
  const ctimeNs = reader.time();
  const inode = (BigInt(reader.varint()) << 32n) | BigInt(reader.varint());
  const cutSize = flags & flag.cut ? reader.varint() : undefined;
  const attributes = [];
  if (flags & flag.attributes) {
    for (let left = reader.varint(); left > 0; left -= 1) {
      attributes.push({ name: bytePath(reader.latin1()), value: reader.bytes() });
    }
  }
  const node = decodeNode(reader, type, flags);
  const size = node.type === "file" || node.type === "hardlink" ? node.sizeBytes : 0;
  const observed = { ctimeNs, inode, sizeBytes: cutSize ?? size };
  return { path, mode, uid, gid, mtimeNs, attributes, observed, node };
};

const decodeNode = (reader: ByteReader, type: EntryType, flags: number): Node => {
  switch (type) {
    case "file": {
      const sizeBytes = reader.varint();
      const ids = reader.raw(reader.varint() * idBytes);
      const content: Content = {
        layout: flags & flag.sparse ? "sparse" : "chunks",
        database: (flags & flag.database) !== 0,
        list: { kind: flags & flag.nodes ? "nodes" : "inline", ids },
      };
      return { type, sizeBytes, content };
    }
    case "hardlink":
      return { type, target: safePath(reader.latin1()), sizeBytes: reader.varint() };
    case "symlink":
      return { type, target: bytePath(reader.latin1()) };
    case "character-device":
    case "block-device":
      return { type, device: reader.varint() };
    case "directory":
    case "fifo":
    case "socket":
      return { type };
  }
};

/** Parts that are empty, `.` or `..` (an empty path and a slash at either end among them), and NUL. */
// oxlint-disable-next-line no-control-regex -- NUL is exactly what must not be there
const unsafe = /(?:^|\/)\.{0,2}(?:\/|$)|\u0000/;

/** Whatever a vault claims, a restore stays below its target. */
const safePath = (path: string): BytePath => {
  if (unsafe.test(path)) throw new Malformed("a path that would leave the tree");
  return bytePath(path);
};
