import { idHex } from "../chunk/chunk-id.ts";
import { idBytes, type Entry } from "../manifest/entry.ts";
import { joinBytes } from "../manifest/id-list.ts";
import { isPartAtRest, type WalkPart } from "../source/scan-digest.ts";
import type { Scanned } from "../source/scan.ts";
import { LostChunk, type ChunkReader } from "../tree/chunk-reader.ts";
import { isLoss } from "../tree/loss.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { decodeSeen, type SeenSegment } from "./seen-segments.ts";

/** A segment of the last snapshot that holds now as it is. */
export type TakenSegment = SeenSegment & { readonly id: Uint8Array };

export type TakenOver = {
  /** By the number of the part of the walk it stands for. */
  readonly segments: ReadonlyMap<number, TakenSegment>;
  readonly entries: number;
  /** Ids of the last snapshot's segments that have to be looked into. */
  readonly others: Uint8Array;
};

export const nothingTaken: TakenOver = { segments: new Map(), entries: 0, others: new Uint8Array() };

/**
 * Finds the segments of the last snapshot of which the walk has seen the very same again: the same names with the same
 * facts, none touched shortly before the last walk. The rule is that of a single file; it only is asked of many at once.
 */
export const takeOver = async (
  reader: ChunkReader,
  base: SnapshotRecord,
  items: readonly Scanned[],
  parts: readonly WalkPart[],
): Promise<TakenOver> => {
  const ids = await reader.ids(base.tree);
  const seen = await readSeen(reader, base, ids.length / idBytes);
  const byDigest = new Map<string, TakenSegment>();
  for (const [at, segment] of seen.entries()) {
    if (segment.digest === undefined) continue;
    const id = ids.subarray(at * idBytes, (at + 1) * idBytes);
    byDigest.set(keyOf(segment.digest), { ...segment, id });
  }
  const segments = new Map<number, TakenSegment>();
  const taken = new Set<string>();
  let entries = 0;
  for (const [number, part] of parts.entries()) {
    const segment = byDigest.get(keyOf(part.digest));
    if (segment === undefined || !isPartAtRest(items, part, base.scannedAtNs)) continue;
    // It is not looked into, but it has to be there.
    if (reader.known(segment.id, 0) === undefined) throw new LostChunk(idHex(segment.id));
    segments.set(number, segment);
    taken.add(idHex(segment.id));
    entries += segment.entries;
  }
  const others: Uint8Array[] = [];
  for (let at = 0; at < ids.length; at += idBytes)
    if (!taken.has(idHex(ids, at))) others.push(ids.subarray(at, at + idBytes));
  return { segments, entries, others: joinBytes(others) };
};

/**
 * Whether all there is to say of an entry was seen by the walk. Not of a name that came into no entry, of one of several
 * names of a file, and of databases and what lies beside them, which belong together wherever they stand.
 */
export const isPlainEntry = ({ path, stat }: Scanned, entry: Entry | undefined): boolean =>
  entry !== undefined &&
  !(stat.type === "file" && stat.links > 1) &&
  !(entry.node.type === "file" && entry.node.content.database) &&
  !/-(?:wal|shm|journal)$/.test(path);

const keyOf = (digest: Uint8Array): string =>
  Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString("latin1");

const readSeen = async (
  reader: ChunkReader,
  { seenSegments }: SnapshotRecord,
  count: number,
): Promise<readonly SeenSegment[]> => {
  if (seenSegments === undefined) return [];
  const id = Buffer.from(seenSegments, "base64");
  if (id.length !== idBytes || reader.known(id, 0) === undefined) return [];
  try {
    return decodeSeen(await reader.checked(id, 0), count);
  } catch (error) {
    if (!isLoss(error)) throw error;
    return [];
  }
};
