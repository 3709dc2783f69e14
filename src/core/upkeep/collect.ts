import { setImmediate as breathe } from "node:timers/promises";
import { ExitCode, isoText, isProblem, Problem, type Clock } from "../../ground/index.ts";
import { idOf, sameId } from "../chunk/chunk-id.ts";
import { ChunkTable } from "../chunk/chunk-table.ts";
import type { Compression } from "../pack/codec.ts";
import { chunksOf } from "../pack/pack-format.ts";
import { openPack, readFrame, type OpenedPack } from "../pack/pack-reader.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import { Meter, type OnProgress } from "../progress.ts";
import type { BlobInfo, VaultStore } from "../store/blob-store.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { isLoss } from "../tree/loss.ts";
import { liveChunks } from "../tree/live-chunks.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import { forgetIndex } from "../vault/index-cache.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { readRecords } from "../vault/snapshots.ts";
import { putMark, readMarks, type Mark } from "./marks.ts";

export type CollectOptions = {
  /** Announced packs are deleted this long after the announcement: longer than any save takes from its last look to its commit. */
  readonly graceMs?: number;
  /** Packs younger than this may belong to a save under way and are not announced. */
  readonly youngMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
};

export type Collected = {
  readonly deletedPacks: number;
  readonly freedBytes: number;
  readonly announcedPacks: number;
  /** What a later run will free. */
  readonly announcedBytes: number;
  /** Not needed either, and still too young, or announced too short a while ago, to go. */
  readonly waitingPacks: number;
  readonly waitingBytes: number;
  /** From when on a run gets further with one of those: announces it, or deletes it. */
  readonly waitingUntil: string | null;
  readonly repackedPacks: number;
  readonly removedLeftovers: number;
};

export type CollectContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly compression: Compression;
  readonly index: ChunkIndex;
  readonly reader: ChunkReader;
  readonly records: readonly SnapshotRecord[];
};

const defaultGraceMs = 15 * 60_000;
const defaultYoungMs = 60 * 60_000;
const leftoverMs = 24 * 60 * 60_000;
/** Of a pack that is needed for less than this share, the needed part is stored again. */
const repackBelow = 0.5;
/** Snapshots every half minute leave thousands of tiny packs a day: they are put together. */
const smallPackBytes = 4 * 1024 * 1024;
const tolerableSmallPacks = 64;

type Weighed = {
  readonly name: string;
  readonly info: BlobInfo;
  readonly opened: OpenedPack;
  readonly mark: Mark | undefined;
  /** Chunks for which no earlier pack is the home. */
  readonly needed: ReadonlySet<string>;
  readonly neededBytes: number;
  readonly bytes: number;
};

/** What a snapshot that cannot be read needs is unknown: while there is one, nothing may go. */
export const everyRecord = async (
  store: VaultStore,
  master: Uint8Array,
): Promise<readonly SnapshotRecord[]> => {
  const { records, findings } = await readRecords(store, master);
  const [damaged] = findings;
  if (damaged === undefined) return records;
  throw new Problem("COLLECT_REFUSED", `Nothing was deleted: ${damaged.message}`, {
    ...(damaged.hint === undefined ? {} : { hint: damaged.hint }),
    exit: ExitCode.refused,
  });
};

/**
 * Deletes what no snapshot needs, in two steps that are a while apart: announce, then look again and delete. Writers
 * take no part in it but for reading the announcements, so no lock can outlive a crash and bar the way at night.
 */
export const collect = async (context: CollectContext, options: CollectOptions = {}): Promise<Collected> => {
  const { store, master, clock, index, reader, records } = context;
  const now = clock.now();
  const removedLeftovers = await removeLeftovers(store, now);
  const marks = await readMarks(store, master);
  const live = await liveOrRefuse(reader, records, index);
  const packs = await weigh(context, live, marks, options);

  const { graceMs = defaultGraceMs, youngMs = defaultYoungMs } = options;
  /** When its next step is due, announced or not. */
  const dueAt = ({ mark, info }: Weighed): number =>
    mark === undefined ? info.modifiedAt + youngMs : mark.createdAt + graceMs;
  const isDue = (pack: Weighed): boolean => now >= dueAt(pack);

  const due = packs.filter((pack) => pack.mark !== undefined && pack.neededBytes === 0 && isDue(pack));
  const freedBytes = await remove(store, due);
  await forgetMarks(store, marks, packs, new Set(due.map(({ name }) => name)));

  const free = packs.filter((pack) => pack.mark === undefined && isDue(pack));
  const unneeded = free.filter(({ neededBytes }) => neededBytes === 0);
  const sparse = await repackIfThereIsRoom(
    context,
    worthRepacking(free.filter(({ neededBytes }) => neededBytes > 0)),
  );
  const announced = [...unneeded, ...sparse];
  await announce(context, announced, now);
  const settled = new Set([...due, ...announced]);
  const waiting = packs.filter((pack) => pack.neededBytes === 0 && !settled.has(pack));
  return {
    deletedPacks: due.length,
    freedBytes,
    announcedPacks: announced.length,
    announcedBytes: sizeOf(announced),
    waitingPacks: waiting.length,
    waitingBytes: sizeOf(waiting),
    waitingUntil: waiting.length === 0 ? null : isoText(Math.min(...waiting.map(dueAt))),
    repackedPacks: sparse.length,
    removedLeftovers,
  };
};

const sizeOf = (packs: readonly Weighed[]): number =>
  packs.reduce((sum, { info }) => sum + info.sizeBytes, 0);

const announce = async (
  { store, master }: CollectContext,
  packs: readonly Weighed[],
  now: number,
): Promise<void> => {
  if (packs.length === 0) return;
  const names = packs.map(({ name }) => name);
  try {
    await putMark(store, master, now, names);
  } catch (error) {
    if (!isFull(error)) throw error;
    // On a full disk the cache makes room for what makes room.
    await forgetIndex(store);
    await putMark(store, master, now, names);
  }
};

const isFull = (error: unknown): boolean => isProblem(error) && error.code === "VAULT_DISK_FULL";

/** Those that were repacked: none where there is no room for it, which is no reason not to free what can be. */
const repackIfThereIsRoom = async (
  context: CollectContext,
  packs: readonly Weighed[],
): Promise<readonly Weighed[]> => {
  try {
    await repack(context, packs);
    return packs;
  } catch (error) {
    if (!isFull(error)) throw error;
    return [];
  }
};

const liveOrRefuse = async (
  reader: ChunkReader,
  records: readonly SnapshotRecord[],
  index: ChunkIndex,
): Promise<ChunkTable> => {
  try {
    return await liveChunks(reader, records, index.table.size);
  } catch (error) {
    if (!isLoss(error)) throw error;
    throw new Problem("COLLECT_REFUSED", `Nothing was deleted: the vault is damaged (${error.message}).`, {
      hint: "Run `clawback snapshots verify --all`. Repair the vault, or delete the snapshots that are hurt, then collect again.",
      exit: ExitCode.refused,
      cause: error,
    });
  }
};

/** Of one that cannot be read at all nothing is needed, else there was no collecting; a repair takes it out of use. */
const openUnlessLost = async (
  store: VaultStore,
  master: Uint8Array,
  info: BlobInfo,
): Promise<OpenedPack | undefined> => {
  try {
    return await openPack(store, master, info);
  } catch (error) {
    if (!isLoss(error)) throw error;
    return undefined;
  }
};

/** What each pack is needed for. Every live chunk gets one home: announced packs are the last choice. */
const weigh = async (
  { store, master, clock, index }: CollectContext,
  live: ChunkTable,
  marks: readonly Mark[],
  options: CollectOptions,
): Promise<readonly Weighed[]> => {
  const marked = new Map(marks.flatMap((mark) => mark.packs.map((name) => [name, mark] as const)));
  const opened: Omit<Weighed, "needed" | "neededBytes">[] = [];
  const infos = await store.list("packs/");
  const meter = new Meter(clock, options.onProgress, "collect", "objects", infos.length);
  for (const info of infos) {
    options.signal?.throwIfAborted();
    await breathe();
    const name = info.key.slice("packs/".length);
    meter.advance(1);
    const pack = index.salvaged.get(name) ?? (await openUnlessLost(store, master, info));
    if (pack === undefined) continue;
    const bytes = pack.frames.reduce(
      (sum, frame) => chunksOf(frame).reduce((all, { length }) => all + length, sum),
      0,
    );
    opened.push({ name, info, opened: pack, mark: marked.get(name), bytes });
  }
  meter.end();
  // Large packs first, so that what is in a small one as well does not keep the small one.
  opened.sort((a, b) => Number(a.mark !== undefined) - Number(b.mark !== undefined) || b.bytes - a.bytes);
  const housed = ChunkTable.withRoomFor(live.size);
  return opened.map((pack) => {
    const needed = new Set<string>();
    let neededBytes = 0;
    pack.opened.frames.forEach((info, frame) => {
      for (const [at, { id, length }] of chunksOf(info).entries()) {
        if (!live.has(id, 0) || !housed.claim(id, 0)) continue;
        needed.add(`${frame}.${at}`);
        neededBytes += length;
      }
    });
    return { ...pack, needed, neededBytes };
  });
};

const remove = async (store: VaultStore, due: readonly Weighed[]): Promise<number> => {
  // The cached table names packs: it goes before they do.
  if (due.length > 0) await forgetIndex(store);
  let freed = 0;
  for (const { info } of due) {
    await store.delete(info.key);
    freed += info.sizeBytes;
  }
  if (due.length > 0) await store.settle("packs");
  return freed;
};

/** A mark has done its work when each of its packs is gone or needed again. */
const forgetMarks = async (
  store: VaultStore,
  marks: readonly Mark[],
  packs: readonly Weighed[],
  deleted: ReadonlySet<string>,
): Promise<void> => {
  const waiting = new Set(
    packs.filter(({ name, neededBytes }) => neededBytes === 0 && !deleted.has(name)).map(({ name }) => name),
  );
  for (const mark of marks) if (!mark.packs.some((name) => waiting.has(name))) await store.delete(mark.key);
};

const worthRepacking = (packs: readonly Weighed[]): readonly Weighed[] => {
  const small = packs.filter(({ info }) => info.sizeBytes < smallPackBytes);
  const together = small.length > tolerableSmallPacks ? small : [];
  return [...new Set([...packs.filter((pack) => pack.neededBytes < pack.bytes * repackBelow), ...together])];
};

/** Stores the needed chunks of packs again; from then on nothing needs those packs. */
const repack = async (
  { store, master, compression }: CollectContext,
  packs: readonly Weighed[],
): Promise<void> => {
  if (packs.length === 0) return;
  const writer = new PackWriter({ store, master, compression });
  try {
    for (const { name, opened, needed } of packs) {
      for (const [number, frame] of opened.frames.entries()) {
        const chunks = chunksOf(frame);
        if (!chunks.some((_, at) => needed.has(`${number}.${at}`))) continue;
        const raw = await readFrame(store, name, opened, number);
        for (const [at, { id, offset, length, recipe }] of chunks.entries()) {
          if (!needed.has(`${number}.${at}`)) continue;
          const content = raw.subarray(offset, offset + length);
          // A wrong chunk must not get a second home under a right name.
          if (recipe || sameId(idOf(content), 0, id, 0)) writer.add(id, 0, content, recipe);
        }
      }
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await store.settle("packs");
};

/** What interrupted writers left under temporary names. */
const removeLeftovers = async (store: VaultStore, now: number): Promise<number> => {
  const leftovers = (await store.list("tmp/")).filter(({ modifiedAt }) => now - modifiedAt >= leftoverMs);
  for (const { key } of leftovers) await store.delete(key);
  return leftovers.length;
};
