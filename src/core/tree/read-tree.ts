import type { ChunkPlace } from "../chunk/chunk-table.ts";
import { isHole } from "../chunk/chunk-id.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { comparePaths, type BytePath } from "../manifest/byte-path.ts";
import { idBytes, type Content, type Entry, type IdList } from "../manifest/entry.ts";
import { decodeSegment } from "../manifest/segment.ts";
import { TreeShape } from "../manifest/tree-shape.ts";
import type { ChunkReader } from "./chunk-reader.ts";

/** Blocks of a sparse file, and of a database. */
export const blockBytes = 64 * 1024;

/** The entries of a snapshot, segment by segment, in tree order. */
export async function* segmentsOf(reader: ChunkReader, tree: IdList): AsyncGenerator<readonly Entry[]> {
  const ids = await reader.ids(tree);
  const shape = new TreeShape();
  for (let at = 0; at < ids.length; at += idBytes) {
    const segment = decodeSegment(await reader.checked(ids, at));
    for (const entry of segment) shape.check(entry);
    yield segment;
  }
}

export const findEntry = async (
  reader: ChunkReader,
  tree: IdList,
  path: BytePath,
): Promise<Entry | undefined> => {
  for await (const segment of segmentsOf(reader, tree)) {
    const last = segment.at(-1);
    if (last === undefined || comparePaths(last.path, path) < 0) continue;
    return segment.find((entry) => entry.path === path);
  }
  return undefined;
};

/** Where the content of a file goes. */
export type ContentSink = {
  /** The bytes may lie in a frame of the cache: they are good until this returns. */
  readonly bytes: (bytes: Uint8Array) => void;
  readonly hole: (length: number) => void;
  /** The bytes since the last unit hash to the id at `at` of `ids`. */
  readonly unit?: (ids: Uint8Array, at: number, length: number) => void;
};

/** A file's content in order. Waits only for frames that are not held: databases have a quarter million pages a gigabyte. */
export const pourContent = async (
  reader: ChunkReader,
  content: Content,
  sizeBytes: number,
  sink: ContentSink,
): Promise<void> => {
  const ids = await reader.ids(content.list);
  let left = sizeBytes;
  for (let at = 0; at < ids.length; at += idBytes) {
    if (content.layout === "sparse" && isHole(ids, at)) {
      const length = Math.min(blockBytes, left);
      left -= length;
      sink.hole(length);
      continue;
    }
    const place = reader.place(ids, at);
    const found = reader.stored(place);
    const stored = found instanceof Promise ? await found : found;
    let length = whole(stored, place).length;
    if (!place.recipe) sink.bytes(stored);
    else {
      // The recipe's own frame may leave the cache while its pages are fetched.
      const pages = Uint8Array.from(stored);
      length = 0;
      for (let page = 0; page < pages.length; page += idBytes) {
        const next = reader.place(pages, page);
        const foundPage = reader.stored(next);
        const bytes = whole(foundPage instanceof Promise ? await foundPage : foundPage, next);
        length += bytes.length;
        sink.bytes(bytes);
      }
    }
    left -= length;
    sink.unit?.(ids, at, length);
  }
  if (left !== 0)
    throw new Malformed(`the chunks of a file of ${sizeBytes} bytes make up ${sizeBytes - left}`);
};

/** A frame that made room while it was waited for would give nothing at all. */
const whole = (bytes: Uint8Array, place: ChunkPlace): Uint8Array => {
  if (bytes.length !== place.length) throw new Error("a frame was given up while it was in use");
  return bytes;
};
