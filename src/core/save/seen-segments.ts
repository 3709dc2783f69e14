import { maxChunkBytes } from "../chunk/chunk-place.ts";

/**
 * What the walk had seen of the names in each segment of a snapshot's list of files, so that the next save takes a segment
 * over without looking into it. It is a chunk beside the list, for whoever made it: where it is lost, the list is read.
 */
export type SeenSegment = {
  /** Of the part of the walk that became this segment; absent where the one is not exactly the other. */
  readonly digest: Uint8Array | undefined;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
};

const digestBytes = 16;
const rowBytes = digestBytes + 16;

/** Nothing where there is nothing to say, or too much for a chunk: four million names. */
export const encodeSeen = (segments: readonly SeenSegment[]): Uint8Array | undefined => {
  if (segments.length === 0 || segments.length * rowBytes > maxChunkBytes) return undefined;
  const rows = Buffer.alloc(segments.length * rowBytes);
  for (const [at, { digest, entries, files, bytes }] of segments.entries()) {
    if (digest === undefined) continue;
    const row = at * rowBytes;
    rows.set(digest, row);
    rows.writeUInt32LE(entries, row + digestBytes);
    rows.writeUInt32LE(files, row + digestBytes + 4);
    rows.writeDoubleLE(bytes, row + digestBytes + 8);
  }
  return rows;
};

/** Of so many segments; nothing when it is about another number of them. */
export const decodeSeen = (rows: Uint8Array, segments: number): readonly SeenSegment[] => {
  if (rows.length !== segments * rowBytes) return [];
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
  return Array.from({ length: segments }, (_, at) => {
    const row = at * rowBytes;
    const entries = bytes.readUInt32LE(row + digestBytes);
    return {
      digest: entries === 0 ? undefined : bytes.subarray(row, row + digestBytes),
      entries,
      files: bytes.readUInt32LE(row + digestBytes + 4),
      bytes: bytes.readDoubleLE(row + digestBytes + 8),
    };
  });
};
