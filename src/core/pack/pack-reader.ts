import { Malformed } from "../manifest/byte-reader.ts";
import { deriveKey, tagBytes, unseal } from "../keys/seal.ts";
import { missing } from "../store/disk-store.ts";
import { release } from "../system/release.ts";
import type { BlobInfo, BlobStore } from "../store/blob-store.ts";
import { maxFramesPerPack } from "../chunk/chunk-place.ts";
import { decompress, isPacked } from "./codec.ts";
import {
  decodeFooter,
  decodeFrameHeader,
  decodeTrailer,
  eachChunk,
  footerCounter,
  frameHeaderBytes,
  listOfFrame,
  packHeaderBytes,
  packMagic,
  trailerBytes,
  type FrameHeader,
  type FrameInfo,
  type FramePlace,
} from "./pack-format.ts";

/**
 * One guess at how much of a pack's end holds the footer: right for packs of a few hundred chunks. Memory for a larger one
 * costs more than to ask again.
 */
const tailBytes = 4 * 1024;

export const packKeyOf = (master: Uint8Array, header: Uint8Array): Buffer => {
  if (
    header.length < packHeaderBytes ||
    !Buffer.from(header.subarray(0, packMagic.length)).equals(packMagic)
  ) {
    throw new Malformed("not a pack");
  }
  return deriveKey(master, header.subarray(packMagic.length, packHeaderBytes), "pack");
};

export type OpenedPack = { readonly key: Buffer; readonly frames: readonly FrameInfo[] };

/** What reading a frame takes. With the lists of what is in them, a pack holds its whole footer in memory. */
export type PackFrames = { readonly key: Buffer; readonly frames: readonly FramePlace[] };

export const withoutLists = ({ key, frames }: OpenedPack): PackFrames => ({
  key,
  frames: frames.map(({ at, storedBytes, rawBytes }) => ({ at, storedBytes, rawBytes })),
});

/** Key and frames of a pack, from its footer. */
export const openPack = async (store: BlobStore, master: Uint8Array, pack: BlobInfo): Promise<OpenedPack> => {
  const { key, footer } = await readFooter(store, master, pack);
  return { key, frames: decodeFooter(footer) };
};

/** Where its frames lie, and no more. */
export const openFrames = async (
  store: BlobStore,
  master: Uint8Array,
  pack: BlobInfo,
): Promise<PackFrames> => {
  const { key, footer, sealed } = await readFooter(store, master, pack);
  const opened = withoutLists({ key, frames: decodeFooter(footer) });
  release(footer);
  release(sealed);
  return opened;
};

/** `footer` may lie in `sealed`. */
const readFooter = async (store: BlobStore, master: Uint8Array, pack: BlobInfo) => {
  const whole = pack.sizeBytes <= tailBytes;
  const tail = await store.get(pack.key, {
    start: whole ? 0 : pack.sizeBytes - tailBytes,
    length: tailBytes,
  });
  if (tail.length < trailerBytes) throw new Malformed("pack is cut off");
  const header = whole
    ? tail.subarray(0, packHeaderBytes)
    : await store.get(pack.key, { start: 0, length: packHeaderBytes });
  const key = packKeyOf(master, header);
  const trailer = tail.subarray(tail.length - trailerBytes);
  const footerBytes = decodeTrailer(trailer, pack.sizeBytes);
  const sealed =
    footerBytes + trailerBytes <= tail.length
      ? tail.subarray(tail.length - trailerBytes - footerBytes, tail.length - trailerBytes)
      : await store.get(pack.key, {
          start: pack.sizeBytes - trailerBytes - footerBytes,
          length: footerBytes,
        });
  return { key, footer: unseal(key, footerCounter, sealed, trailer, true), sealed };
};

/**
 * The content of a frame whose bytes (header, ciphertext, tag) are at hand, and are used up. `info` must say the same as
 * its header.
 */
export const openFrame = (
  key: Uint8Array,
  number: number,
  bytes: Uint8Array,
  info: { readonly storedBytes: number; readonly rawBytes: number },
): Uint8Array => {
  const header = decodeFrameHeader(bytes);
  if (header.storedBytes !== info.storedBytes || header.rawBytes !== info.rawBytes) {
    throw new Malformed("frame differs from the footer");
  }
  const end = frameHeaderBytes + header.storedBytes + tagBytes;
  if (bytes.length < end) throw new Malformed("frame is cut off");
  const packed = unseal(
    key,
    number,
    bytes.subarray(frameHeaderBytes, end),
    bytes.subarray(0, frameHeaderBytes),
    // What is stored as it is would lie in memory that is the caller's to give back.
    isPacked(header.codec),
  );
  const raw = decompress(packed, header.codec, header.rawBytes);
  if (raw !== packed) release(packed);
  return raw;
};

/** Reads and opens one frame. */
export const readFrame = async (
  store: BlobStore,
  pack: string,
  { key, frames }: PackFrames,
  number: number,
): Promise<Uint8Array> => {
  const info = frames[number];
  if (info === undefined) throw missing(store.name, `packs/${pack} frame ${number}`);
  const bytes = await store.get(`packs/${pack}`, frameSpan(info));
  try {
    return openFrame(key, number, bytes, info);
  } finally {
    release(bytes);
  }
};

export const frameSpan = (frame: { readonly at: number; readonly storedBytes: number }) => ({
  start: frame.at,
  length: frameHeaderBytes + frame.storedBytes + tagBytes,
});

/**
 * Frames of a pack whose footer cannot be read, found by walking from header to header. Frames are numbered by their
 * place, so the walk goes on past a frame with damaged content as long as its lengths are whole.
 */
export const salvagePack = async (
  store: BlobStore,
  master: Uint8Array,
  pack: BlobInfo,
): Promise<OpenedPack> => {
  const key = packKeyOf(master, await store.get(pack.key, { start: 0, length: packHeaderBytes }));
  const frames: FrameInfo[] = [];
  let damaged = 0;
  let whole = 0;
  let at = packHeaderBytes;
  for (let number = 0; damaged < mostDamagedInARow && number < maxFramesPerPack; number += 1) {
    if (at + frameHeaderBytes + tagBytes > pack.sizeBytes) break;
    const header = await store.get(pack.key, { start: at, length: frameHeaderBytes });
    let info: FrameHeader;
    try {
      info = decodeFrameHeader(header);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      break;
    }
    const span = frameSpan({ at, storedBytes: info.storedBytes });
    const listed = await listIfWhole(key, number, info, () => store.get(pack.key, span));
    // One with nothing in it keeps the number that those behind it count from.
    frames.push({ ...info, at, ...(listed ?? { chunkCount: 0, list: new Uint8Array() }) });
    if (listed === undefined) damaged += 1;
    else [damaged, whole] = [0, frames.length];
    at += span.length;
  }
  return { key, frames: frames.slice(0, whole) };
};

/** Lengths that are damaged themselves lead nowhere: so many in a row, and nothing else is to be found. */
const mostDamagedInARow = 64;

const listIfWhole = async (
  key: Uint8Array,
  number: number,
  info: FrameHeader,
  read: () => Promise<Uint8Array>,
): Promise<Pick<FrameInfo, "list" | "chunkCount"> | undefined> => {
  try {
    const raw = openFrame(key, number, await read(), info);
    const { list, chunkCount } = listOfFrame(raw);
    const frame = { ...info, chunkCount, list: Uint8Array.from(list) };
    // A list that does not fit its frame is damage as well.
    eachChunk(frame, () => undefined);
    return { chunkCount, list: frame.list };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
};
