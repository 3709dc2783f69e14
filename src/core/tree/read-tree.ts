import { isHole } from "../chunk/chunk-id.ts";
import { blockBytes } from "../chunk/cutter.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { bytePath, comparePaths, type BytePath } from "../manifest/byte-path.ts";
import { idBytes, type Content, type Entry, type EntryType, type IdList } from "../manifest/entry.ts";
import { decodeSegment, SegmentWalk } from "../manifest/segment-walk.ts";
import { TreeShape } from "../manifest/tree-shape.ts";
import type { ChunkReader } from "./chunk-reader.ts";
import type { PresentFile } from "./present-file.ts";
import { Stretch, type PouredUnit } from "./stretch.ts";

/**
 * The entries of a snapshot, segment by segment, in tree order. Of those that are not wanted only the names are looked at.
 */
export async function* segmentsOf(
  reader: ChunkReader,
  tree: IdList,
  isWanted: (path: BytePath, type: EntryType) => boolean = () => true,
): AsyncGenerator<readonly Entry[]> {
  const shape = new TreeShape();
  const ids = await reader.ids(tree);
  for (let at = 0; at < ids.length; at += idBytes) {
    const walk = new SegmentWalk(await reader.checked(ids, at));
    const entries: Entry[] = [];
    while (walk.next()) {
      const { path, type } = walk;
      shape.check(path, type);
      if (isWanted(path, type)) entries.push(walk.take());
      else walk.pass();
    }
    yield entries;
  }
}

/** The entries of some segments: nobody vouches that they make a tree. */
export async function* segmentsAt(reader: ChunkReader, ids: Uint8Array): AsyncGenerator<readonly Entry[]> {
  for (let at = 0; at < ids.length; at += idBytes) yield decodeSegment(await reader.checked(ids, at));
}

/**
 * The same of what stands at or below a path, behind the directories on the way there: the rest of the list is not read.
 */
export async function* segmentsWithin(
  reader: ChunkReader,
  tree: IdList,
  path: BytePath,
  isWanted: (path: BytePath, type: EntryType) => boolean,
): AsyncGenerator<readonly Entry[]> {
  const shape = new TreeShape();
  const ids = await reader.ids(tree);
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const way = await entryIn(reader, ids, bytePath(path.slice(0, end)));
    if (way?.node.type !== "directory") return;
    shape.check(way.path, way.node.type);
    yield [way];
  }
  for (let at = await segmentFor(reader, ids, path); at < ids.length; at += idBytes) {
    const walk = new SegmentWalk(await reader.checked(ids, at));
    const entries: Entry[] = [];
    let isBehind = false;
    while (!isBehind && walk.next()) {
      const { path: found, type } = walk;
      const isWithin = found === path || found.startsWith(`${path}/`);
      isBehind = !isWithin && comparePaths(found, path) > 0;
      if (isWithin) shape.check(found, type);
      if (isWithin && isWanted(found, type)) entries.push(walk.take());
      else walk.pass();
    }
    yield entries;
    if (isBehind) return;
  }
}

export const findEntry = async (
  reader: ChunkReader,
  tree: IdList,
  path: BytePath,
): Promise<Entry | undefined> => await entryIn(reader, await reader.ids(tree), path);

const entryIn = async (reader: ChunkReader, ids: Uint8Array, path: BytePath): Promise<Entry | undefined> => {
  if (ids.length === 0) return undefined;
  const walk = new SegmentWalk(await reader.checked(ids, await segmentFor(reader, ids, path)));
  while (walk.next()) {
    if (walk.path === path) return walk.take();
    walk.pass();
  }
  return undefined;
};

/** Where the id of the segment stands that could hold a path: they are in tree order, and are told by what they begin with. */
const segmentFor = async (reader: ChunkReader, ids: Uint8Array, path: BytePath): Promise<number> => {
  let [low, high] = [0, ids.length / idBytes];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const walk = new SegmentWalk(await reader.checked(ids, middle * idBytes));
    if (walk.next() && comparePaths(walk.path, path) <= 0) low = middle;
    else high = middle;
  }
  return low * idBytes;
};

/** Where the content of a file goes. */
export type ContentSink = {
  /** The bytes may lie in a frame of the cache: they are good until this returns. */
  readonly bytes: (bytes: Uint8Array) => void;
  readonly hole: (length: number) => void;
  /** So much is there already: what is present is the very file that is written. Absent: it is handed out as bytes. */
  readonly held?: (length: number) => void;
  /** The next so many of the bytes that were handed out hash to the id at `at` of `ids`. */
  readonly unit?: (ids: Uint8Array, at: number, length: number) => void;
};

/**
 * A file's content in order, put together a stretch at a time. What a file that is present holds at the same place comes
 * from there, and the vault is asked for the rest.
 */
export const pourContent = async (
  reader: ChunkReader,
  content: Content,
  sizeBytes: number,
  sink: ContentSink,
  stretch = new Stretch(reader),
  present?: PresentFile,
): Promise<void> => {
  const ids = await reader.ids(content.list);
  let left = sizeBytes;
  /** Where the unit that is looked at stands, if all have the length they should. */
  let position = 0;
  const take = (bytes: Uint8Array, units: readonly PouredUnit[]): void => {
    left -= bytes.length;
    sink.bytes(bytes);
    if (sink.unit !== undefined) for (const { at, length } of units) sink.unit(ids, at, length);
  };
  const pass = (length: number): void => {
    left -= length;
    sink.held?.(length);
  };
  const pour = (): Promise<void> => stretch.pour(take, pass, present);
  for (let at = 0; at < ids.length; at += idBytes) {
    const isGap = content.layout === "sparse" && isHole(ids, at);
    if (isGap || stretch.isFull) await pour();
    if (isGap) {
      const length = Math.min(blockBytes, left);
      left -= length;
      position += length;
      sink.hole(length);
      continue;
    }
    const held = present?.unit(ids, at, content, position, sizeBytes - position, reader.known(ids, at));
    if (held === undefined) position += stretch.add(at, reader.place(ids, at), position);
    else {
      position += held.length;
      if (sink.held === undefined) {
        if (stretch.isEmpty) take(held, [{ at, length: held.length }]);
        else stretch.addBytes(at, held);
      } else if (stretch.isEmpty) pass(held.length);
      else stretch.addHeld(at, held.length);
    }
  }
  await pour();
  if (left !== 0)
    throw new Malformed(`the chunks of a file of ${sizeBytes} bytes make up ${sizeBytes - left}`);
};

/** Whether a file that is present is this content and nothing more. */
export const isHeldBy = async (
  reader: ChunkReader,
  content: Content,
  sizeBytes: number,
  present: PresentFile,
): Promise<boolean> => {
  if (present.sizeBytes !== sizeBytes) return false;
  const ids = await reader.ids(content.list);
  let position = 0;
  for (let at = 0; at < ids.length; at += idBytes) {
    const left = sizeBytes - position;
    const held =
      content.layout === "sparse" && isHole(ids, at)
        ? zerosOf(present.bytes(position, Math.min(blockBytes, left)))
        : present.unit(ids, at, content, position, left, reader.known(ids, at));
    if (held === undefined) return false;
    position += held.length;
  }
  return position === sizeBytes;
};

const zerosOf = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
  bytes?.every((byte) => byte === 0) === true ? bytes : undefined;
