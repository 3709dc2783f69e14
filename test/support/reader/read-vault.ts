import { createDecipheriv, hkdfSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { blake3 } from "@napi-rs/blake-hash";

/**
 * A second, independent reader of vaults, written from FORMAT.md and sharing no code with the core: when it and the core
 * disagree, one of them or the document is wrong. It is slow, strict, and knows no caches.
 */
export type ReadEntry = {
  readonly type: string;
  /** Latin-1: one character a byte. */
  readonly path: string;
  readonly mode: number;
  readonly mtimeNs: bigint;
  readonly target: string | undefined;
  readonly content: Buffer | undefined;
};

export type ReadSnapshot = {
  readonly id: string;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly entries: readonly ReadEntry[];
};

const derive = (secret: Buffer, salt: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, salt, `clawback v1 ${purpose}`, 32));

const unseal = (key: Buffer, counter: number, sealed: Buffer, context: Buffer): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(counter);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
};

/** One LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md). */
const unlz4 = (input: Buffer, length: number): Buffer => {
  const output = Buffer.alloc(length);
  let from = 0;
  let to = 0;
  const extended = (nibble: number): number => {
    let value = nibble;
    if (nibble === 15) {
      for (let byte = 255; byte === 255;) {
        byte = input.readUInt8(from);
        from += 1;
        value += byte;
      }
    }
    return value;
  };
  while (from < input.length) {
    const token = input.readUInt8(from);
    from += 1;
    const literals = extended(token >> 4);
    input.copy(output, to, from, from + literals);
    from += literals;
    to += literals;
    if (from >= input.length) break;
    const distance = input.readUInt16LE(from);
    from += 2;
    const matched = extended(token & 15) + 4;
    for (let at = 0; at < matched; at += 1) output[to + at] = output.readUInt8(to + at - distance);
    to += matched;
  }
  return output;
};

const unpack = (codec: number, packed: Buffer, length: number): Buffer => {
  if (codec === 0) return packed;
  if (codec === 1) return unlz4(packed.subarray(4), length);
  if (codec === 2) return zstdDecompressSync(packed);
  if (codec === 3) return gunzipSync(packed);
  throw new Error(`codec ${codec}`);
};

const masterOf = (vault: string, keyFile: string): Buffer => {
  const [word, , secret = ""] = readFileSync(keyFile, "utf8").trim().split(" ");
  if (word !== "clawback-key-1") throw new Error("not a key file");
  for (const name of readdirSync(join(vault, "keys"))) {
    const slot = JSON.parse(readFileSync(join(vault, "keys", name), "utf8")) as Record<string, string>;
    if (slot["kind"] !== "key-file") continue;
    const key = derive(
      Buffer.from(secret, "hex"),
      Buffer.from(slot["salt"] ?? "", "base64"),
      "slot key-file",
    );
    return unseal(key, 0, Buffer.from(slot["sealed"] ?? "", "base64"), Buffer.from("slot key-file"));
  }
  throw new Error("no slot for a key file");
};

const openObject = (vault: string, master: Buffer, path: string): Buffer => {
  const bytes = readFileSync(join(vault, path));
  if (bytes.toString("latin1", 0, 8) !== "CLAWOBJ1") throw new Error("not an object");
  const key = derive(master, bytes.subarray(8, 40), "object");
  const inner = unseal(key, 0, bytes.subarray(40), Buffer.from(`CLAWOBJ1${path}`));
  return unpack(inner.readUInt8(0), inner.subarray(5), inner.readUInt32LE(1));
};

type Chunk = { readonly bytes: Buffer; readonly recipe: boolean };

const readPack = (bytes: Buffer, master: Buffer, chunks: Map<string, Chunk>): void => {
  if (bytes.toString("latin1", 0, 8) !== "CLAWPAK1") throw new Error("not a pack");
  const key = derive(master, bytes.subarray(8, 40), "pack");
  const trailer = bytes.subarray(-16);
  if (trailer.toString("latin1", 8) !== "CLAWEND1") throw new Error("no trailer");
  const footerAt = bytes.length - 16 - trailer.readUInt32LE(0);
  const footer = unseal(key, 0xffff_ffff, bytes.subarray(footerAt, -16), trailer);
  let listAt = 4 + footer.readUInt32LE(0) * 20;
  for (let frame = 0; frame < footer.readUInt32LE(0); frame += 1) {
    const row = footer.subarray(4 + frame * 20);
    const at = row.readUInt32LE(0);
    const header = bytes.subarray(at, at + 12);
    const packed = unseal(key, frame, bytes.subarray(at + 12, at + 28 + header.readUInt32LE(0)), header);
    const raw = unpack(header.readUInt8(8), packed, header.readUInt32LE(4));
    if (raw.length !== header.readUInt32LE(4)) throw new Error("wrong length");
    const count = row.readUInt32LE(12);
    const ownList = raw.subarray(raw.length - 4 - count * 24, -4);
    if (
      raw.readUInt32LE(raw.length - 4) !== count ||
      !ownList.equals(footer.subarray(listAt, listAt + count * 24))
    ) {
      throw new Error("the lists differ");
    }
    let offset = 0;
    for (let index = 0; index < count; index += 1) {
      const word = ownList.readUInt32LE(index * 24 + 20);
      const length = word & 0x7fff_ffff;
      const chunk = { bytes: raw.subarray(offset, offset + length), recipe: word >>> 31 === 1 };
      chunks.set(ownList.toString("hex", index * 24, index * 24 + 20), chunk);
      offset += length;
    }
    listAt += count * 24;
  }
};

const idsOf = (ids: Buffer): string[] => ids.toString("hex").match(/.{40}/g) ?? [];

class Cursor {
  readonly #bytes: Buffer;
  at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get done(): boolean {
    return this.at >= this.#bytes.length;
  }
  byte(): number {
    this.at += 1;
    return this.#bytes.readUInt8(this.at - 1);
  }
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  raw(length: bigint): Buffer {
    this.at += Number(length);
    return this.#bytes.subarray(this.at - Number(length), this.at);
  }
  time(): bigint {
    const zigzag = this.varint();
    const seconds = zigzag % 2n === 0n ? zigzag / 2n : -(zigzag + 1n) / 2n;
    return seconds * 1_000_000_000n + this.varint();
  }
}

const typeNames = [
  "file",
  "directory",
  "symlink",
  "hardlink",
  "fifo",
  "socket",
  "character-device",
  "block-device",
];

const readSegment = (
  segment: Buffer,
  content: (ids: Buffer, flags: number, size: bigint) => Buffer,
): ReadEntry[] => {
  const entries: ReadEntry[] = [];
  const cursor = new Cursor(segment);
  let path = "";
  while (!cursor.done) {
    const type = typeNames[cursor.byte()];
    if (type === undefined) throw new Error("unknown type");
    const flags = cursor.byte();
    path = path.slice(0, Number(cursor.varint())) + cursor.raw(cursor.varint()).toString("latin1");
    const mode = Number(cursor.varint());
    cursor.varint();
    cursor.varint();
    const mtimeNs = cursor.time();
    cursor.time();
    cursor.varint();
    cursor.varint();
    if (flags & 16) cursor.varint();
    if (flags & 1) for (let left = cursor.varint() * 2n; left > 0n; left -= 1n) cursor.raw(cursor.varint());
    let target: string | undefined;
    let bytes: Buffer | undefined;
    if (type === "file") {
      const size = cursor.varint();
      bytes = content(cursor.raw(cursor.varint() * 20n), flags, size);
    }
    if (type === "symlink" || type === "hardlink") target = cursor.raw(cursor.varint()).toString("latin1");
    if (type === "hardlink" || type.endsWith("device")) cursor.varint();
    entries.push({ type, path, mode, mtimeNs, target, content: bytes });
  }
  return entries;
};

export const readVault = (vault: string, keyFile: string): readonly ReadSnapshot[] => {
  const facts = JSON.parse(readFileSync(join(vault, "vault.json"), "utf8")) as Record<string, unknown>;
  if (facts["format"] !== "clawback vault" || facts["version"] !== 1)
    throw new Error("not a vault of version 1");
  const master = masterOf(vault, keyFile);
  const chunks = new Map<string, Chunk>();
  for (const name of readdirSync(join(vault, "packs")))
    readPack(readFileSync(join(vault, "packs", name)), master, chunks);

  const chunk = (id: string): Buffer => {
    const found = chunks.get(id);
    if (found === undefined) throw new Error(`no chunk ${id}`);
    const bytes = found.recipe ? Buffer.concat(idsOf(found.bytes).map(chunk)) : found.bytes;
    if (blake3(bytes).toString("hex", 0, 20) !== id) throw new Error(`chunk ${id} is something else`);
    return bytes;
  };
  const list = (ids: Buffer, nodes: boolean): Buffer => (nodes ? Buffer.concat(idsOf(ids).map(chunk)) : ids);
  const content = (ids: Buffer, flags: number, size: bigint): Buffer => {
    let left = Number(size);
    const parts = idsOf(list(ids, (flags & 2) !== 0)).map((id) => {
      const part = flags & 4 && /^0+$/.test(id) ? Buffer.alloc(Math.min(65_536, left)) : chunk(id);
      left -= part.length;
      return part;
    });
    if (left !== 0) throw new Error("a file of another size");
    return Buffer.concat(parts);
  };

  return readdirSync(join(vault, "snapshots"))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((id) => {
      const record = JSON.parse(openObject(vault, master, `snapshots/${id}`).toString("utf8")) as {
        readonly summary: Record<string, unknown>;
        readonly tree: { readonly kind: string; readonly ids: string };
      };
      const segments = idsOf(list(Buffer.from(record.tree.ids, "base64"), record.tree.kind === "nodes"));
      return {
        id,
        summary: record.summary,
        entries: segments.flatMap((segment) => readSegment(chunk(segment), content)),
      };
    });
};
