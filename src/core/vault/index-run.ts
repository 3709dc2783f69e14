import { createHash, randomBytes } from "node:crypto";
import { Problem } from "../../ground/index.ts";
import { slotBytes, slotWords } from "../chunk/chunk-place.ts";
import { bytesPerPiece, slotsPerPiece, type ReadPieces, type SortedFacts } from "../chunk/sorted-chunks.ts";
import { deriveKey, newSalt, NotAuthentic, saltBytes, seal, tagBytes, unseal } from "../keys/seal.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { release } from "../system/release.ts";

/**
 * A file of the cached index: the chunks of some packs in the order of their ids, sealed piece by piece, so that one
 * piece can be read without the others. All of it is hashed when it is opened: what was damaged is known before anything
 * relies on it, for a twentieth of what it costs to take it all in.
 */
export const runPrefix = "cache/index-";
const magic = Buffer.from("CLAWIDX1", "latin1");
const headAt = magic.length + saltBytes + 4;
const headCounter = 0xffff_ffff;
const nameBytes = 16;
const hashBytes = 32;
const factBytes = 8 + hashBytes;
const maxHeadBytes = 64 * 1024 * 1024;
/** Enough for the head of most, and little enough to be read for each. */
const firstLookBytes = 16 * 1024;
const hashedAtOnce = 96 * 1024;

export type IndexRun = Omit<SortedFacts, "firstPack"> & {
  readonly key: string;
  readonly packs: readonly string[];
  readonly read: ReadPieces;
};

const contextOf = (key: string): Buffer => Buffer.concat([magic, Buffer.from(key, "utf8")]);

const piecesOf = (chunks: number): number => Math.ceil(chunks / slotsPerPiece);

/** `words` are sorted slots whose pack numbers count in `packs`. Answers the key it lies under. */
export const writeRun = async (
  store: VaultStore,
  master: Uint8Array,
  packs: readonly string[],
  words: Uint32Array,
): Promise<string> => {
  const path = `${runPrefix}${randomBytes(8).toString("hex")}`;
  const [salt, context] = [newSalt(), contextOf(path)];
  const key = deriveKey(master, salt, "index");
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const chunks = words.length / slotWords;
  const body: Uint8Array[] = [];
  const hash = createHash("sha256");
  const head = Buffer.alloc(factBytes + packs.length * nameBytes + piecesOf(chunks) * 4);
  let at = factBytes;
  for (const name of packs) at += head.write(name, at, "hex");
  for (let piece = 0; piece < piecesOf(chunks); piece += 1) {
    const start = piece * bytesPerPiece;
    const { ciphertext, tag } = seal(key, piece, bytes.subarray(start, start + bytesPerPiece), context);
    body.push(ciphertext, tag);
    hash.update(ciphertext).update(tag);
    at = head.writeUInt32LE(words[start / 4] ?? 0, at);
  }
  head.writeUInt32LE(packs.length, 0);
  head.writeUInt32LE(chunks, 4);
  head.set(hash.digest(), 8);
  const sealed = seal(key, headCounter, head, context);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(sealed.ciphertext.length + tagBytes);
  await store.putCache(path, [magic, salt, length, sealed.ciphertext, sealed.tag, ...body]);
  for (const part of body) release(part);
  return path;
};

/** Undefined when it is not there any more. Throws NotAuthentic or Malformed when it is damaged. */
export const openRun = (store: VaultStore, master: Uint8Array, path: string): IndexRun | undefined => {
  const look = store.peekCache(path, { start: 0, length: firstLookBytes });
  if (look === undefined) return undefined;
  const start = Buffer.from(look.buffer, look.byteOffset, look.byteLength);
  if (start.length < headAt || !start.subarray(0, magic.length).equals(magic))
    throw new Malformed("not an index of a vault");
  const key = deriveKey(master, start.subarray(magic.length, magic.length + saltBytes), "index");
  const headBytes = start.readUInt32LE(headAt - 4);
  if (headBytes > maxHeadBytes) throw new Malformed("its head is too large");
  const bodyAt = headAt + headBytes;
  const sealed =
    bodyAt <= start.length
      ? start.subarray(headAt, bodyAt)
      : store.peekCache(path, { start: headAt, length: headBytes });
  if (sealed === undefined) return undefined;
  const context = contextOf(path);
  const head = unseal(key, headCounter, sealed, context);
  const { packs, chunks, hash, fences } = decodeHead(head);
  const body = hashOfBody(store, path, bodyAt);
  if (body === undefined) return undefined;
  if (body.bytes !== chunks * slotBytes + fences.length * tagBytes || !body.hash.equals(hash))
    throw new NotAuthentic("it is not what was written");
  const sealedPiece = bytesPerPiece + tagBytes;
  const read: ReadPieces = (first, count, to) => {
    const sealed = store.peekCache(path, {
      start: bodyAt + first * sealedPiece,
      length: count * sealedPiece,
    });
    if (sealed === undefined) throw indexGone();
    for (let at = 0; at < count; at += 1) {
      const part = sealed.subarray(at * sealedPiece, (at + 1) * sealedPiece);
      const plain = unseal(key, first + at, part, context);
      to.set(plain, at * bytesPerPiece);
      release(plain);
    }
    release(sealed);
  };
  return { key: path, packs, chunks, fences, read };
};

const decodeHead = (head: Buffer) => {
  if (head.length < factBytes) throw new Malformed("its head is cut off");
  const [packCount, chunks] = [head.readUInt32LE(0), head.readUInt32LE(4)];
  const namesEnd = factBytes + packCount * nameBytes;
  if (head.length !== namesEnd + piecesOf(chunks) * 4) throw new Malformed("its lengths do not fit");
  const packs: string[] = [];
  for (let at = factBytes; at < namesEnd; at += nameBytes)
    packs.push(head.toString("hex", at, at + nameBytes));
  const fences = Uint32Array.from({ length: piecesOf(chunks) }, (_, piece) =>
    head.readUInt32LE(namesEnd + piece * 4),
  );
  return { packs, chunks, fences, hash: head.subarray(8, factBytes) };
};

const hashOfBody = (
  store: VaultStore,
  path: string,
  from: number,
): { readonly bytes: number; readonly hash: Buffer } | undefined => {
  const hash = createHash("sha256");
  for (let at = from; ;) {
    const bytes = store.peekCache(path, { start: at, length: hashedAtOnce });
    if (bytes === undefined) return undefined;
    at += bytes.length;
    if (bytes.length === 0) return { bytes: at - from, hash: hash.digest() };
    hash.update(bytes);
    release(bytes);
  }
};

/** Whoever cleared it away on a full disk, or behind our back: the next command makes it again. */
const indexGone = (): Problem =>
  new Problem("INDEX_GONE", "The cached index of the vault was cleared away while it was in use.", {
    hint: "Nothing is lost. Run the same command again.",
  });
