import { ByteReader, Malformed } from "./byte-reader.ts";
import { bytePath, type BytePath } from "./byte-path.ts";
import { idBytes, type Content, type Entry, type EntryType, type Node } from "./entry.ts";
import { flag, types } from "./segment.ts";

/** Throws Malformed when the bytes are no segment; a path can never leave the tree. */
export const decodeSegment = (segment: Uint8Array): Entry[] => {
  const walk = new SegmentWalk(segment);
  const entries: Entry[] = [];
  while (walk.next()) entries.push(walk.take());
  return entries;
};

/**
 * A segment entry by entry: `next` reads what it is and where, and then it is taken apart, or passed over. An entry is some
 * fifteen objects, and of whoever looks through all of a snapshot most want few.
 */
export class SegmentWalk {
  readonly #bytes: Uint8Array;
  readonly #reader: ByteReader;
  #path = "";
  #type: EntryType = "file";
  #flags = 0;

  constructor(segment: Uint8Array) {
    this.#bytes = segment;
    this.#reader = new ByteReader(segment);
  }

  get path(): BytePath {
    return bytePath(this.#path);
  }

  get type(): EntryType {
    return this.#type;
  }

  /** False: there is no other. */
  next(): boolean {
    const reader = this.#reader;
    if (reader.atEnd) return false;
    const type = types[reader.byte()];
    if (type === undefined) throw new Malformed("unknown type of entry");
    this.#type = type;
    this.#flags = reader.byte();
    const shared = reader.varint();
    if (shared > this.#path.length) throw new Malformed("shared prefix is too long");
    this.#path = safePath(this.#path.slice(0, shared) + reader.latin1());
    return true;
  }

  take(): Entry {
    const reader = this.#reader;
    const mode = reader.varint();
    const uid = reader.varint();
    const gid = reader.varint();
    if (mode > 0o7777 || uid > 0xffff_ffff || gid > 0xffff_ffff)
      throw new Malformed("a mode or owner that none has");
    const mtimeNs = reader.time();
    const ctimeNs = reader.time();
    const inode = (BigInt(reader.varint()) << 32n) | BigInt(reader.varint());
    const cutSize = this.#flags & flag.cut ? reader.varint() : undefined;
    const attributes = [];
    if (this.#flags & flag.attributes) {
      for (let left = reader.varint(); left > 0; left -= 1) {
        attributes.push({ name: bytePath(reader.latin1()), value: reader.bytes() });
      }
    }
    const node = decodeNode(reader, this.#type, this.#flags);
    const size = node.type === "file" || node.type === "hardlink" ? node.sizeBytes : 0;
    const observed = { ctimeNs, inode, sizeBytes: cutSize ?? size };
    return { path: this.path, mode, uid, gid, mtimeNs, attributes, observed, node };
  }

  pass(): void {
    const reader = this.#reader;
    // Mode, owner and group, two times, an inode.
    reader.passVarints(this.#flags & flag.cut ? 10 : 9);
    if (this.#flags & flag.attributes) {
      for (let left = reader.varint(); left > 0; left -= 1) {
        reader.pass(reader.varint());
        reader.pass(reader.varint());
      }
    }
    passNode(reader, this.#type);
  }

  /**
   * Passes over the entries that stand in another segment as well, byte for byte, where both go on behind the same path.
   * Where they are alike to their ends, nothing is looked into.
   */
  passAlike(other: SegmentWalk): void {
    const [from, beside] = [this.#reader.at, other.#reader.at];
    const alike = alikeFrom(this.#bytes, from, other.#bytes, beside);
    let end = from + alike;
    let path = this.#path;
    if (end < this.#bytes.length || beside + alike < other.#bytes.length) {
      const border = end;
      end = from;
      while (this.next()) {
        this.pass();
        if (this.#reader.at > border) break;
        [end, path] = [this.#reader.at, this.#path];
      }
    }
    this.#reader.moveTo(end);
    other.#reader.moveTo(beside + end - from);
    this.#path = other.#path = path;
  }
}

/** How many bytes are the same: halved, because two stretches are compared at once in the time of ten bytes. */
const alikeFrom = (a: Uint8Array, atA: number, b: Uint8Array, atB: number): number => {
  let low = 0;
  let high = Math.min(a.length - atA, b.length - atB);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const [one, other] = [a.subarray(atA + low, atA + middle), b.subarray(atB + low, atB + middle)];
    if (Buffer.compare(one, other) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
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

const passNode = (reader: ByteReader, type: EntryType): void => {
  switch (type) {
    case "file":
      reader.passVarints(1);
      reader.pass(reader.varint() * idBytes);
      return;
    case "hardlink":
      reader.pass(reader.varint());
      reader.passVarints(1);
      return;
    case "symlink":
      reader.pass(reader.varint());
      return;
    case "character-device":
    case "block-device":
      reader.passVarints(1);
      return;
    case "directory":
    case "fifo":
    case "socket":
      return;
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
