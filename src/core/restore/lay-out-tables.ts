import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { blockBytes } from "../chunk/cutter.ts";
import { databaseHeaderBytes, parseDatabaseHeader } from "../database/database-header.ts";
import { pagesOfTables, type PageVersions } from "../database/table-pages.ts";
import { walFrameHeaderBytes, walHeaderBytes } from "../database/wal-index.ts";
import { pathText, type BytePath } from "../manifest/byte-path.ts";
import { idBytes, type EntryType, type Node } from "../manifest/entry.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { isLoss } from "../tree/loss.ts";
import { pourContent, segmentsOf } from "../tree/read-tree.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";

export type TablesWanted = {
  /** Which databases, and the logs beside them, by path. */
  readonly select: (path: string) => boolean;
  readonly isWanted: (table: string) => boolean;
  readonly signal: AbortSignal;
};

type FileNode = Extract<Node, { readonly type: "file" }>;

/**
 * Lays out of the databases of a snapshot only what certain tables take, for somebody who reads those and nothing else:
 * a file of the same size with holes for the rest, and its log. What was said in years of conversations is not unpacked
 * to see who had one. False: one of them cannot be taken in part; what is there then is of no use.
 */
export const layOutTables = async (
  reader: ChunkReader,
  { tree }: SnapshotRecord,
  target: string,
  { select, isWanted, signal }: TablesWanted,
): Promise<boolean> => {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const chosen = new Map<string, FileNode>();
  const isChosen = (path: BytePath, type: EntryType): boolean => type === "file" && select(pathText(path));
  for await (const segment of segmentsOf(reader, tree, isChosen))
    for (const { path, node } of segment) if (node.type === "file") chosen.set(pathText(path), node);
  try {
    for (const [path, main] of chosen) {
      signal.throwIfAborted();
      if (isLog(path)) continue;
      const absolute = join(target, path);
      mkdirSync(dirname(absolute), { recursive: true, mode: 0o700 });
      const log = chosen.get(`${path}-wal`);
      if (log !== undefined) await layOutWhole(reader, log, `${absolute}-wal`);
      if (!main.content.database || !(await layOutPart(reader, main, absolute, log, isWanted))) return false;
    }
    return true;
  } catch (error) {
    if (!isLoss(error)) throw error;
    return false;
  }
};

const isLog = (path: string): boolean => path.endsWith("-wal");

const layOutWhole = async (reader: ChunkReader, node: FileNode, absolute: string): Promise<void> => {
  const file = openSync(absolute, "wx", 0o600);
  try {
    let position = 0;
    await pourContent(reader, node.content, node.sizeBytes, {
      bytes: (bytes) => {
        writeSync(file, bytes, 0, bytes.length, position);
        position += bytes.length;
      },
      hole: (length) => {
        position += length;
      },
    });
    ftruncateSync(file, node.sizeBytes);
  } finally {
    closeSync(file);
  }
};

const layOutPart = async (
  reader: ChunkReader,
  main: FileNode,
  absolute: string,
  log: FileNode | undefined,
  isWanted: (table: string) => boolean,
): Promise<boolean> => {
  const ids = await reader.ids(main.content.list);
  const first = await stretchAt(reader, ids, 0, databaseHeaderBytes);
  const header = first === undefined ? undefined : parseDatabaseHeader(Buffer.from(first));
  if (first === undefined || header === undefined) return false;
  const { pageBytes } = header;
  const logged = log === undefined ? undefined : openLog(`${absolute}-wal`, log.sizeBytes, pageBytes);
  const file = openSync(absolute, "wx", 0o600);
  try {
    ftruncateSync(file, main.sizeBytes);
    let isWhole = true;
    const versionsOf: PageVersions = async (page) => {
      const position = (page - 1) * pageBytes;
      const others = logged?.versionsOf(page) ?? [];
      if (position + pageBytes > main.sizeBytes) return others;
      const bytes = await stretchAt(reader, ids, position, pageBytes);
      if (bytes === undefined) {
        isWhole = false;
        return [];
      }
      writeSync(file, bytes, 0, pageBytes, position);
      return [bytes, ...others];
    };
    const pages = await pagesOfTables(versionsOf, pageBytes - (first[20] ?? 0), isWanted);
    return pages !== undefined && isWhole;
  } finally {
    closeSync(file);
    logged?.close();
  }
};

/** Bytes of a database, out of the block and the page they lie in; undefined when it is cut in another way. */
const stretchAt = async (
  reader: ChunkReader,
  ids: Uint8Array,
  position: number,
  length: number,
): Promise<Uint8Array | undefined> => {
  const place = reader.place(ids, Math.floor(position / blockBytes) * idBytes);
  const stored = Uint8Array.from(await reader.stored(place));
  const within = position % blockBytes;
  if (!place.recipe)
    return within + length <= stored.length ? stored.subarray(within, within + length) : undefined;
  const page = reader.place(stored, 0).length;
  const at = Math.floor(within / page) * idBytes;
  if (at >= stored.length || (within % page) + length > page) return undefined;
  const next = reader.place(stored, at);
  const bytes = Uint8Array.from(await reader.stored(next));
  return bytes.length < (within % page) + length
    ? undefined
    : bytes.subarray(within % page, (within % page) + length);
};

/** Every version of every page that a log has, committed or not. */
const openLog = (path: string, sizeBytes: number, pageBytes: number) => {
  const file = openSync(path, "r");
  const places = new Map<number, number[]>();
  const header = Buffer.alloc(walFrameHeaderBytes);
  for (
    let at = walHeaderBytes;
    at + walFrameHeaderBytes + pageBytes <= sizeBytes;
    at += walFrameHeaderBytes + pageBytes
  ) {
    readSync(file, header, 0, header.length, at);
    const page = header.readUInt32BE(0);
    places.set(page, [...(places.get(page) ?? []), at + walFrameHeaderBytes]);
  }
  return {
    versionsOf: (page: number): readonly Uint8Array[] =>
      (places.get(page) ?? []).map((at) => {
        const bytes = Buffer.alloc(pageBytes);
        readSync(file, bytes, 0, pageBytes, at);
        return bytes;
      }),
    close: () => {
      closeSync(file);
    },
  };
};
