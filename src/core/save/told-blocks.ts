import { readSync } from "node:fs";
import { idOf, sameId } from "../chunk/chunk-id.ts";
import { blockBytes } from "../chunk/cutter.ts";
import type { HeldDatabase } from "../database/capture.ts";
import { idBytes } from "../manifest/entry.ts";
import type { KnownChunks } from "../vault/known-chunks.ts";
import type { ChunkStore } from "./chunk-file.ts";
import { storePages, type IdCollector } from "./store-chunks.ts";

/** A block of a database as another process read it. */
export type ToldBlock = {
  readonly id: Uint8Array;
  readonly length: number;
  /** Ids of its pages, of a block that was new. */
  readonly pages?: Uint8Array;
};

/**
 * Has the process that holds a database say what is in a part of it: which blocks, and which pages the blocks have that
 * are new. Most of what a save does with a database that changed is to hash it, and this thread has other things to do.
 */
export const askForBlocks = async (
  held: HeldDatabase,
  table: KnownChunks,
  { from, to, pageBytes }: { readonly from: number; readonly to: number; readonly pageBytes: number },
): Promise<readonly ToldBlock[]> => {
  const { bytes, ids } = await held.blocks(from, to);
  const told: ToldBlock[] = [];
  for (let at = 0, next = 0; at < bytes; at += blockBytes, next += idBytes)
    told.push({ id: ids.subarray(next, next + idBytes), length: Math.min(blockBytes, bytes - at) });
  const news = [...told.keys()].filter(
    (at) => isOfPages(told[at], pageBytes) && !table.has(ids, at * idBytes),
  );
  if (news.length === 0) return told;
  const { lengths, ids: more } = await held.pages(
    news.map((at) => from + at * blockBytes),
    pageBytes,
  );
  let next = 0;
  const take = (count: number): Uint8Array => more.subarray(next, (next += count * idBytes));
  for (const [at, number] of news.entries()) {
    const length = lengths[at] ?? 0;
    told[number] = { length, id: take(1), pages: take(Math.ceil(length / pageBytes)) };
  }
  return told;
};

const isOfPages = (block: ToldBlock | undefined, pageBytes: number): boolean =>
  block !== undefined && block.length > pageBytes;

/**
 * Stores what was told of and the vault does not have. Only for that is anything read, and it is stored under the id that
 * was told only if it has it: a block that has changed since is taken as it is now.
 */
export const takeToldBlocks = (
  store: ChunkStore,
  file: number,
  from: number,
  { blocks, pageBytes }: { readonly blocks: readonly ToldBlock[]; readonly pageBytes: number },
  ids: IdCollector,
): number => {
  let position = from;
  for (const block of blocks) {
    const bytes = takeBlock(store, file, position, block, pageBytes, ids);
    position += bytes;
    // Where the file ends, or ends now.
    if (bytes < blockBytes) break;
  }
  return position - from;
};

const takeBlock = (
  store: ChunkStore,
  file: number,
  position: number,
  { id, length, pages }: ToldBlock,
  pageBytes: number,
  ids: IdCollector,
): number => {
  const { table, writer, cutter } = store;
  const read = (start: number, most: number): Uint8Array =>
    cutter.window.subarray(0, readSync(file, cutter.window, 0, most, position + start));
  if (table.use(id, 0)) {
    ids.add(id);
    return length;
  }
  if (pages !== undefined && storeNewPages(store, pages, pageBytes, length, read)) {
    if (table.claim(id, 0)) writer.add(id, 0, pages, true);
    ids.add(id);
    return length;
  }
  const block = read(0, length);
  if (block.length > 0) storePages(table, writer, block, pageBytes, ids);
  return block.length;
};

/** False when a page that the vault does not have is no longer what was told. */
const storeNewPages = (
  { table, writer }: ChunkStore,
  pages: Uint8Array,
  pageBytes: number,
  length: number,
  read: (start: number, most: number) => Uint8Array,
): boolean => {
  if (length === 0) return false;
  for (let at = 0, start = 0; start < length; at += idBytes, start += pageBytes) {
    if (table.use(pages, at)) continue;
    const page = read(start, Math.min(pageBytes, length - start));
    if (!sameId(idOf(page), 0, pages, at)) return false;
    if (table.claim(pages, at)) writer.add(pages, at, page, false);
  }
  return true;
};
