import { isProblem, type Clock } from "../../ground/index.ts";
import { idOf, sameId } from "../chunk/chunk-id.ts";
import { blockBytes } from "../chunk/cutter.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { idBytes } from "../manifest/entry.ts";
import type { Compression } from "../pack/codec.ts";
import { FrameCache } from "../pack/frame-cache.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import { Meter, type OnProgress } from "../progress.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import { liveChunks } from "../tree/live-chunks.ts";
import { isLoss } from "../tree/loss.ts";
import { loadIndex } from "../vault/chunk-index.ts";
import { readMarks, refuseWhenOvertaken, whatItBuildsOn } from "../upkeep/marks.ts";
import type { KeySource } from "../vault/key-ring.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { putRecord, readRecords } from "../vault/snapshots.ts";
import { unlockVault } from "../vault/vault.ts";
import { openBundle, refused } from "./bundle-store.ts";

export type ImportContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly compression: Compression;
};

export type Imported = {
  readonly snapshots: readonly SnapshotRecord[];
  /** Were here already, the same; by the ids that they have here. */
  readonly known: readonly string[];
  /** Those whose id was another one's here. */
  readonly renamed: readonly Renamed[];
};

export type Renamed = { readonly was: string; readonly id: string };

/**
 * Takes the snapshots of a bundle into a vault, from whichever vault they come: the bundle is opened with its own keys,
 * every chunk is checked against its id and stored as any new chunk is. A snapshot keeps its id where that is free.
 */
export const importBundle = async (
  { store, master, clock, compression }: ImportContext,
  path: string,
  keys: KeySource,
  options: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress } = {},
): Promise<Imported> => {
  using bundle = openBundle(path);
  const source = await unlockVault(bundle, keys, clock);
  const { records, findings } = await readRecords(bundle, source.master);
  const index = await loadIndex(bundle, source.master);
  const damage = [...findings, ...index.findings][0];
  if (damage !== undefined) throw refused(path, damage.message);
  const reader = new ChunkReader(index, new FrameCache(bundle, source.master, 32 * 1024 * 1024));

  const here = await readRecords(store, master);
  const known = here.records.filter((record) => records.some((other) => isSame(record, other)));
  const wanted = records.filter((record) => !known.some((other) => isSame(record, other)));
  const marks = await readMarks(store, master);
  const target = await loadIndex(store, master, {
    except: new Set(marks.flatMap(({ packs }) => packs)),
  });
  const writer = new PackWriter({ store, master, compression });
  try {
    const live = await liveChunks(reader, wanted, index.table.size);
    const meter = new Meter(clock, options.onProgress, "import", "objects", live.size);
    for (const { ids } of live.entries()) {
      options.signal?.throwIfAborted();
      const place = reader.place(ids, 0);
      const content = Uint8Array.from(await reader.stored(place));
      const whole = place.recipe ? await blockOf(reader, content) : content;
      if (!sameId(idOf(whole), 0, ids, 0)) throw refused(path, "a chunk is not what it says");
      if (target.table.claim(ids, 0)) writer.add(ids.slice(0, idBytes), 0, content, place.recipe);
      meter.advance(1);
    }
    meter.end();
    await writer.finish();
  } catch (error) {
    await writer.discard();
    if (isLoss(error) && !isProblem(error)) throw refused(path, error.message, error);
    throw error;
  }
  await store.settle("packs");
  await refuseWhenOvertaken(store, master, marks, whatItBuildsOn(writer.published, target));
  const snapshots: SnapshotRecord[] = [];
  for (const record of wanted) {
    const takenAt = Date.parse(record.summary.createdAt);
    snapshots.push(
      await putRecord(store, master, takenAt, (id) => ({ ...record, summary: { ...record.summary, id } })),
    );
  }
  return {
    snapshots,
    known: known.map(({ summary }) => summary.id),
    renamed: wanted.flatMap(({ summary: { id: was } }, at) => {
      const id = snapshots[at]?.summary.id;
      return id === undefined || id === was ? [] : [{ was, id }];
    }),
  };
};

/**
 * What a recipe stands for: under a wrong one, later saves here would take somebody else's block for their own. One that
 * no restore takes is as wrong, however right the bytes are.
 */
const blockOf = async (reader: ChunkReader, recipe: Uint8Array): Promise<Uint8Array> => {
  const pages: Uint8Array[] = [];
  let length = 0;
  for (let at = 0; at < recipe.length; at += idBytes) {
    const page = reader.place(recipe, at);
    length += page.length;
    if (page.recipe || length > blockBytes) throw new Malformed("a block is made of more than pages");
    pages.push(Uint8Array.from(await reader.stored(page)));
  }
  return Buffer.concat(pages);
};

const isSame = (a: SnapshotRecord, b: SnapshotRecord): boolean =>
  a.summary.createdAt === b.summary.createdAt &&
  a.summary.stateDir === b.summary.stateDir &&
  Buffer.from(a.tree.ids).equals(Buffer.from(b.tree.ids));
