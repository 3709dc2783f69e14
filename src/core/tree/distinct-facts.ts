import { idHex } from "../chunk/chunk-id.ts";
import type { FileFacts } from "../compare/index.ts";
import { comparePaths, type BytePath } from "../manifest/byte-path.ts";
import { idBytes } from "../manifest/entry.ts";
import { SegmentWalk } from "../manifest/segment-walk.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import type { ChunkReader } from "./chunk-reader.ts";
import { factsOf } from "./file-facts.ts";
import { readingOf } from "./loss.ts";

export type BothSides = readonly [before: FileFacts[], after: FileFacts[]];

/**
 * The files of two snapshots without what certainly is in both of them just so. Segments that they share are not read; of
 * two that begin with the same path only the entries are taken apart that are not the same bytes.
 */
export const distinctFacts = async (
  reader: ChunkReader,
  before: SnapshotRecord,
  after: SnapshotRecord,
): Promise<BothSides> => {
  const [older, newer] = [await idsOf(reader, before), await idsOf(reader, after)];
  const left = segmentsIn(reader, before, older, newer);
  const right = segmentsIn(reader, after, newer, older);
  const sides: BothSides = [[], []];
  let [old, now] = [await left(), await right()];
  while (old !== undefined || now !== undefined) {
    const way = old === undefined ? 1 : now === undefined ? -1 : comparePaths(old.first, now.first);
    addDistinct(sides, way > 0 ? undefined : old?.bytes, way < 0 ? undefined : now?.bytes);
    if (way <= 0) old = await left();
    if (way >= 0) now = await right();
  }
  return sides;
};

const idsOf = (reader: ChunkReader, { summary, tree }: SnapshotRecord): Promise<Uint8Array> =>
  readingOf(summary.id, () => reader.ids(tree));

type Segment = { readonly bytes: Uint8Array; readonly first: BytePath };

/** One after the other, without those whose ids are among `others`. */
const segmentsIn = (
  reader: ChunkReader,
  { summary }: SnapshotRecord,
  ids: Uint8Array,
  others: Uint8Array,
): (() => Promise<Segment | undefined>) => {
  const shared = new Set<string>();
  for (let at = 0; at < others.length; at += idBytes) shared.add(idHex(others, at));
  let next = 0;
  return async () => {
    while (next < ids.length && shared.has(idHex(ids, next))) next += idBytes;
    if (next >= ids.length) return undefined;
    const bytes = await readingOf(summary.id, () => reader.checked(ids, next));
    next += idBytes;
    const walk = new SegmentWalk(bytes);
    walk.next();
    return { bytes, first: walk.path };
  };
};

const none: Uint8Array = new Uint8Array();

/** What is not alike in two segments. */
const addDistinct = ([before, after]: BothSides, old = none, now = none): void => {
  const [left, right] = [new SegmentWalk(old), new SegmentWalk(now)];
  left.passAlike(right);
  let [isOld, isNow] = [left.next(), right.next()];
  while (isOld || isNow) {
    const way = !isOld ? 1 : !isNow ? -1 : comparePaths(left.path, right.path);
    if (way <= 0) before.push(factsOf(left.take()));
    if (way >= 0) after.push(factsOf(right.take()));
    if (way === 0) left.passAlike(right);
    if (way <= 0) isOld = left.next();
    if (way >= 0) isNow = right.next();
  }
};
