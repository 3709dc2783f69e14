import { isProblem } from "../../ground/index.ts";
import { ChunkTable, isImage, type TableImage } from "../chunk/chunk-table.ts";
import type { Finding } from "../findings.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { eachChunk, type FrameInfo } from "../pack/pack-format.ts";
import { openPack, salvagePack, type OpenedPack } from "../pack/pack-reader.ts";
import type { BlobInfo, VaultStore } from "../store/blob-store.ts";
import { isDamage, sealObject, unsealObject } from "./sealed-object.ts";

/**
 * Which chunk lies in which pack. The packs' own footers are the truth; the cached table only saves reading thousands
 * of them, is sealed like everything else, and is made again whenever it does not fit the packs that are there.
 */
const cacheKey = "cache/index";
const nameBytes = 16;
const headBytes = 12;
/** With the five bytes that stand before the content of an object. */
const paddingBytes = 3;
/** Footers read at each start before the cache is written anew. */
const maxUncached = 48;
const maxUncachedChunks = 20_000;

export type ChunkIndex = {
  readonly table: ChunkTable;
  /** Names by the pack numbers of the table. */
  readonly packs: readonly string[];
  readonly findings: readonly Finding[];
  /** Packs whose footer is lost, with the frames that could be found without it. */
  readonly salvaged: ReadonlyMap<string, OpenedPack>;
};

export type LoadOptions = {
  /** Chunks the caller will add. */
  readonly roomFor?: number;
  /** Packs to leave out: a collector may be about to delete them. */
  readonly except?: ReadonlySet<string>;
};

type Cached = { readonly packs: readonly string[]; readonly image: TableImage };

export const loadIndex = async (
  store: VaultStore,
  master: Uint8Array,
  { roomFor = 0, except = new Set() }: LoadOptions = {},
): Promise<ChunkIndex> => {
  const present = new Map<string, BlobInfo>();
  for (const info of await store.list("packs/")) {
    const name = info.key.slice("packs/".length);
    if (!except.has(name)) present.set(name, info);
  }
  const findings: Finding[] = [];
  const cached = await readCache(store, master, findings);
  const usable = cached !== undefined && cached.packs.every((name) => present.has(name)) ? cached : undefined;
  const packs = [...(usable?.packs ?? [])];
  const known = new Set(packs);
  const fresh: { readonly name: string; readonly frames: readonly FrameInfo[] }[] = [];
  const salvaged = new Map<string, OpenedPack>();
  let added = 0;
  for (const [name, info] of present) {
    if (known.has(name)) continue;
    const opened = await openOrSalvage(store, master, name, info, findings, salvaged);
    if (opened === undefined) continue;
    fresh.push({ name, frames: opened.frames });
    for (const { chunkCount } of opened.frames) added += chunkCount;
  }
  const table =
    usable === undefined
      ? ChunkTable.withRoomFor(added + roomFor)
      : ChunkTable.ofImage(usable.image, added + roomFor);
  for (const { name, frames } of fresh) {
    const pack = packs.push(name) - 1;
    for (const [number, frame] of frames.entries()) {
      eachChunk(frame, (ids, at, offset, length, recipe) => {
        table.insert(ids, at, { pack, frame: number, offset, length, recipe });
      });
    }
  }
  const index = { table, packs, findings, salvaged };
  const worthCaching = fresh.length > maxUncached || added > maxUncachedChunks;
  // A table without packs that will be deleted must not be taken for the whole.
  if (worthCaching && except.size === 0 && findings.length === 0) await writeCache(store, master, index);
  return index;
};

const openOrSalvage = async (
  store: VaultStore,
  master: Uint8Array,
  name: string,
  info: BlobInfo,
  findings: Finding[],
  salvaged: Map<string, OpenedPack>,
): Promise<OpenedPack | undefined> => {
  try {
    return await openPack(store, master, info);
  } catch (error) {
    // Deleted since it was listed, because nothing needs it.
    if (isProblem(error) && error.code === "STORE_MISSING") return undefined;
    if (!isDamage(error)) throw error;
    findings.push({
      code: "PACK_FOOTER_DAMAGED",
      object: info.key,
      message: `The list of contents of pack ${name} cannot be read: ${error.message}.`,
      hint: "Run `clawback snapshots verify --all`; `repair` saves the frames that are whole.",
    });
  }
  try {
    const opened = await salvagePack(store, master, info);
    salvaged.set(name, opened);
    return opened;
  } catch (error) {
    if (!isDamage(error)) throw error;
    findings.push({
      code: "PACK_DAMAGED",
      object: info.key,
      message: `Nothing of pack ${name} can be read: ${error.message}.`,
      hint: "Copy the pack from another copy of this vault if there is one, then verify again.",
    });
    return undefined;
  }
};

/**
 * Number of packs, bytes of the table, slots of it in use; the names; the table, slot by slot, behind as many bytes as put
 * it where its words can be read in place.
 */
export const writeCache = async (
  store: VaultStore,
  master: Uint8Array,
  index: Pick<ChunkIndex, "table" | "packs">,
): Promise<void> => {
  const { words, used } = index.table.image;
  const head = Buffer.alloc(headBytes + index.packs.length * nameBytes + paddingBytes);
  head.writeUInt32LE(index.packs.length, 0);
  head.writeUInt32LE(words.length, 4);
  head.writeUInt32LE(used, 8);
  index.packs.forEach((name, at) => head.write(name, headBytes + at * nameBytes, "hex"));
  await store.putCache(cacheKey, sealObject(master, cacheKey, Buffer.concat([head, words])));
};

const readCache = async (
  store: VaultStore,
  master: Uint8Array,
  findings: Finding[],
): Promise<Cached | undefined> => {
  const info = await store.stat(cacheKey);
  if (info === undefined) return undefined;
  const sealed = await store.get(cacheKey);
  try {
    return decodeCache(unsealObject(master, cacheKey, sealed));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    findings.push({
      code: "INDEX_REBUILT",
      object: cacheKey,
      message: `The cached index was damaged (${error.message}) and has been made again from the packs.`,
    });
    await store.delete(cacheKey);
    return undefined;
  }
};

const decodeCache = (payload: Uint8Array): Cached => {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const namesEnd = headBytes + bytes.readUInt32LE(0) * nameBytes;
  const tableAt = bytes.length - bytes.readUInt32LE(4);
  const image = { words: bytes.subarray(Math.max(0, tableAt)), used: bytes.readUInt32LE(8) };
  if (tableAt < namesEnd || tableAt > namesEnd + paddingBytes || !isImage(image))
    throw new Malformed("its lengths do not fit");
  const packs: string[] = [];
  for (let at = headBytes; at < namesEnd; at += nameBytes)
    packs.push(bytes.toString("hex", at, at + nameBytes));
  return { packs, image };
};
