import { Malformed } from "../manifest/byte-reader.ts";
import { idBytes } from "../manifest/entry.ts";
import { maxChunkBytes, maxFramesPerPack, type ChunkPlace } from "../chunk/chunk-place.ts";
import { saltBytes, tagBytes } from "../keys/seal.ts";

/**
 * The shapes of a pack; FORMAT.md has the picture. A pack is a header, frames, a footer and a trailer. Each frame is
 * compressed and sealed by itself and ends with the list of its chunks, so that what is whole can be saved when the
 * footer is not.
 */
export const packMagic = Buffer.from("CLAWPAK1", "latin1");
export const endMagic = Buffer.from("CLAWEND1", "latin1");
export const packHeaderBytes = packMagic.length + saltBytes;
export const frameHeaderBytes = 12;
export const trailerBytes = 16;
/** The nonce of the footer; frames count up from 0 and never get here. */
export const footerCounter = 0xffff_ffff;

/** Chunks of a frame fill up to this; the list of chunks comes on top. */
export const frameDataBytes = 1 << 20;
/** A pack is closed when it has grown to this. */
export const packTargetBytes = 64 * 1024 * 1024;

const listedChunkBytes = idBytes + 4;
const maxFrameRawBytes = frameDataBytes + maxChunkBytes + 4;
export const maxFrameStoredBytes = maxFrameRawBytes + 4096;
export const maxFooterBytes = 64 * 1024 * 1024;
const recipeBit = 0x8000_0000;

export type FrameHeader = {
  /** Ciphertext without its tag. */
  readonly storedBytes: number;
  readonly rawBytes: number;
  readonly codec: number;
};

export type FrameInfo = FrameHeader & {
  /** Where its header begins in the pack. */
  readonly at: number;
  readonly chunkCount: number;
  /** What it holds, as it is stored: most who open frames never look, and a pack may list a hundred thousand. */
  readonly list: Uint8Array;
};

export type FramePlace = Pick<FrameInfo, "at" | "storedBytes" | "rawBytes">;

/** `ids` is only to be looked into, at `at`. */
export type ChunkVisitor = (
  ids: Uint8Array,
  at: number,
  offset: number,
  length: number,
  recipe: boolean,
) => void;

export type ListedChunk = {
  readonly id: Uint8Array;
  readonly offset: number;
  readonly length: number;
  readonly recipe: boolean;
};

export const encodeFrameHeader = ({ storedBytes, rawBytes, codec }: FrameHeader): Buffer => {
  const header = Buffer.alloc(frameHeaderBytes);
  header.writeUInt32LE(storedBytes, 0);
  header.writeUInt32LE(rawBytes, 4);
  header.writeUInt8(codec, 8);
  return header;
};

/** Only bounded here: it is authenticated together with the frame, as its context. */
export const decodeFrameHeader = (header: Uint8Array): FrameHeader => {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (bytes.length < frameHeaderBytes) throw new Malformed("frame header is cut off");
  const storedBytes = bytes.readUInt32LE(0);
  const rawBytes = bytes.readUInt32LE(4);
  const codec = bytes.readUInt8(8);
  if (storedBytes > maxFrameStoredBytes || rawBytes > maxFrameRawBytes)
    throw new Malformed("frame is too large");
  return { storedBytes, rawBytes, codec };
};

/** Ids with lengths, as they stand at the end of a frame and in the footer. */
export class ChunkLister {
  #bytes = Buffer.allocUnsafe(64 * listedChunkBytes);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ids: Uint8Array, at: number, length: number, recipe: boolean): void {
    if ((this.#count + 1) * listedChunkBytes > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(this.#bytes.length)]);
    }
    const start = this.#count * listedChunkBytes;
    for (let offset = 0; offset < idBytes; offset += 1) this.#bytes[start + offset] = ids[at + offset] ?? 0;
    this.#bytes.writeUInt32LE((length | (recipe ? recipeBit : 0)) >>> 0, start + idBytes);
    this.#count += 1;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#count * listedChunkBytes);
  }

  reset(): void {
    this.#count = 0;
  }
}

/** The chunks of a frame in turn, without an object for each. */
export const eachChunk = (
  { list, chunkCount, rawBytes }: Pick<FrameInfo, "list" | "chunkCount" | "rawBytes">,
  visit: ChunkVisitor,
): void => {
  const words = new DataView(list.buffer, list.byteOffset, list.byteLength);
  let offset = 0;
  for (let at = 0; at < chunkCount * listedChunkBytes; at += listedChunkBytes) {
    const word = words.getUint32(at + idBytes, true);
    const length = (word & ~recipeBit) >>> 0;
    if (length === 0 || length > maxChunkBytes || offset + length > rawBytes)
      throw new Malformed("chunk beyond its frame");
    visit(list, at, offset, length, (word & recipeBit) !== 0);
    offset += length;
  }
};

export const chunksOf = (frame: Pick<FrameInfo, "list" | "chunkCount" | "rawBytes">): ListedChunk[] => {
  const chunks: ListedChunk[] = [];
  eachChunk(frame, (ids, at, offset, length, recipe) => {
    chunks.push({ id: ids.subarray(at, at + idBytes), offset, length, recipe });
  });
  return chunks;
};

/** The list at the end of an opened frame. */
export const listOfFrame = (raw: Uint8Array): Pick<FrameInfo, "list" | "chunkCount"> => {
  if (raw.length < 4) throw new Malformed("frame without a list");
  const chunkCount = new DataView(raw.buffer, raw.byteOffset, raw.byteLength).getUint32(raw.length - 4, true);
  const listAt = raw.length - 4 - chunkCount * listedChunkBytes;
  if (listAt < 0) throw new Malformed("list longer than its frame");
  return { list: raw.subarray(listAt, raw.length - 4), chunkCount };
};

/** Where an opened frame says that it has this chunk. */
export const findListed = (
  raw: Uint8Array,
  ids: Uint8Array,
  at: number,
): Pick<ChunkPlace, "offset" | "length"> | undefined => {
  const { list } = listOfFrame(raw);
  const listed = Buffer.from(list.buffer, list.byteOffset, list.byteLength);
  const id = ids.subarray(at, at + idBytes);
  let found = listed.indexOf(id);
  // What looks like it across the border of two others is none.
  while (found % listedChunkBytes > 0) found = listed.indexOf(id, found + 1);
  if (found < 0) return undefined;
  let place: Pick<ChunkPlace, "offset" | "length"> | undefined;
  const chunkCount = found / listedChunkBytes + 1;
  eachChunk({ list, chunkCount, rawBytes: raw.length }, (_ids, _at, offset, length) => {
    place = { offset, length };
  });
  return place;
};

export type FooterFrame = FrameHeader & { readonly at: number; readonly chunkCount: number };

export const encodeFooter = (frames: readonly FooterFrame[], chunks: Uint8Array): Buffer => {
  const head = Buffer.alloc(4 + frames.length * 20);
  head.writeUInt32LE(frames.length, 0);
  frames.forEach((frame, index) => {
    const start = 4 + index * 20;
    head.writeUInt32LE(frame.at, start);
    head.writeUInt32LE(frame.storedBytes, start + 4);
    head.writeUInt32LE(frame.rawBytes, start + 8);
    head.writeUInt32LE(frame.chunkCount, start + 12);
    head.writeUInt8(frame.codec, start + 16);
  });
  return Buffer.concat([head, chunks]);
};

export const decodeFooter = (footer: Uint8Array): FrameInfo[] => {
  const bytes = Buffer.from(footer.buffer, footer.byteOffset, footer.byteLength);
  if (bytes.length < 4) throw new Malformed("empty footer");
  const count = bytes.readUInt32LE(0);
  if (count > maxFramesPerPack || 4 + count * 20 > bytes.length)
    throw new Malformed("footer counts too many frames");
  const frames: FrameInfo[] = [];
  let listAt = 4 + count * 20;
  for (let index = 0; index < count; index += 1) {
    const start = 4 + index * 20;
    const chunkCount = bytes.readUInt32LE(start + 12);
    const rawBytes = bytes.readUInt32LE(start + 8);
    if (listAt + chunkCount * listedChunkBytes > bytes.length)
      throw new Malformed("footer lists too many chunks");
    frames.push({
      at: bytes.readUInt32LE(start),
      storedBytes: bytes.readUInt32LE(start + 4),
      rawBytes,
      codec: bytes.readUInt8(start + 16),
      chunkCount,
      list: bytes.subarray(listAt, listAt + chunkCount * listedChunkBytes),
    });
    listAt += chunkCount * listedChunkBytes;
  }
  return frames;
};

export const encodeTrailer = (footerBytes: number, frames: number): Buffer => {
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(footerBytes, 0);
  trailer.writeUInt32LE(frames, 4);
  endMagic.copy(trailer, 8);
  return trailer;
};

/** The sealed footer's length, tag included; bounded, and authenticated as the footer's context. */
export const decodeTrailer = (trailer: Uint8Array, packBytes: number): number => {
  const bytes = Buffer.from(trailer.buffer, trailer.byteOffset, trailer.byteLength);
  if (bytes.length !== trailerBytes || !bytes.subarray(8).equals(endMagic)) throw new Malformed("no trailer");
  const length = bytes.readUInt32LE(0);
  if (length < tagBytes || length > Math.min(maxFooterBytes, packBytes - packHeaderBytes - trailerBytes)) {
    throw new Malformed("footer longer than its pack");
  }
  return length;
};
