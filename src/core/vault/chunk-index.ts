import { ChunkTable } from "../chunk/chunk-table.ts";
import { SortedChunks } from "../chunk/sorted-chunks.ts";
import type { Finding } from "../findings.ts";
import { eachChunk, type FrameInfo } from "../pack/pack-format.ts";
import { openPack, salvagePack, type OpenedPack } from "../pack/pack-reader.ts";
import type { BlobInfo, VaultStore } from "../store/blob-store.ts";
import { isMissing } from "../store/disk-store.ts";
import { isWorthKeeping, keepRun, readRuns, toMerge } from "./index-cache.ts";
import type { IndexRun } from "./index-run.ts";
import { KnownChunks } from "./known-chunks.ts";
import { isDamage } from "./sealed-object.ts";

/** Which chunk lies in which pack. The packs' own footers are the truth; what is cached only saves reading them. */
export type ChunkIndex = {
  readonly table: KnownChunks;
  /** Names by the pack numbers of the table. */
  readonly packs: readonly string[];
  readonly findings: readonly Finding[];
  /** What it reads piece by piece, as it is asked, by the keys of the cache. */
  readonly cached: ReadonlyMap<string, SortedChunks>;
  /** Packs whose footer is lost, with the frames that could be found without it. */
  readonly salvaged: ReadonlyMap<string, OpenedPack>;
};

export type LoadOptions = {
  /** Packs to leave out: a collector may be about to delete them. */
  readonly except?: ReadonlySet<string>;
  /** An index of the same vault from before: what it has read of the cache is not read, and held, once more. */
  readonly before?: ChunkIndex | undefined;
};

export const loadIndex = async (
  store: VaultStore,
  master: Uint8Array,
  { except = new Set(), before }: LoadOptions = {},
): Promise<ChunkIndex> => {
  const present = new Map<string, BlobInfo>();
  for (const info of await store.list("packs/")) {
    const name = info.key.slice("packs/".length);
    if (!except.has(name)) present.set(name, info);
  }
  const findings: Finding[] = [];
  const cached = await readRuns(store, master, present, findings);
  const known = new Set(cached.runs.flatMap((run) => run.packs));
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
  // An index without packs that will be deleted must not be taken for the whole.
  const isWhole = except.size === 0 && findings.length === 0;
  const isKept = isWhole && store.directory !== undefined && isWorthKeeping(fresh.length, added);
  const { left, merged } = isKept ? toMerge(cached.runs, added) : { left: cached.runs, merged: [] };

  const packs: string[] = [];
  const chunksOf = ({ key, packs: names, chunks, fences, read }: IndexRun): SortedChunks => {
    const firstPack = packs.length;
    packs.push(...names);
    const held = before?.cached.get(key);
    return held?.firstPack === firstPack ? held : new SortedChunks({ chunks, fences, firstPack }, read);
  };
  const lasting = new Map(left.map((run) => [run.key, chunksOf(run)]));
  const runs = [...lasting.values()];
  const firstRecent = packs.length;
  const recent = ChunkTable.withRoomFor(merged.reduce((sum, { chunks }) => sum + chunks, added));
  for (const run of merged)
    for (const { ids, place } of chunksOf(run).entries()) recent.insert(ids, 0, place);
  for (const { name, frames } of fresh) {
    const pack = packs.push(name) - 1;
    for (const [number, frame] of frames.entries()) {
      eachChunk(frame, (ids, at, offset, length, recipe) => {
        recent.insert(ids, at, { pack, frame: number, offset, length, recipe });
      });
    }
  }
  if (isKept) {
    const words = recent.sorted(firstRecent);
    // In order they take half the memory, and the table then needs room only for what a save adds.
    recent.clear();
    runs.push(SortedChunks.ofWords(words, firstRecent));
    await keepRun(store, master, packs.slice(firstRecent), words, cached.superseded);
  }
  return {
    table: new KnownChunks(runs, recent),
    packs,
    findings,
    cached: lasting,
    salvaged,
  };
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
    if (isMissing(error)) return undefined;
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
