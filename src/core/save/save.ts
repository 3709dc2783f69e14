import { hostname } from "node:os";
import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { ExitCode, Problem, type Clock } from "../../ground/index.ts";
import { idOf } from "../chunk/chunk-id.ts";
import type { ChunkTable } from "../chunk/chunk-table.ts";
import type { Finding } from "../findings.ts";
import { pathText, type BytePath } from "../manifest/byte-path.ts";
import { contentSize, type Entry, type ExtendedAttribute, type IdList } from "../manifest/entry.ts";
import { joinBytes, packIds } from "../manifest/id-list.ts";
import { SegmentEncoder } from "../manifest/segment.ts";
import type { Compression } from "../pack/codec.ts";
import { FrameCache } from "../pack/frame-cache.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import { Meter, type OnProgress } from "../progress.ts";
import { readAttributes } from "../source/attributes.ts";
import type { FileStat } from "../source/file-stat.ts";
import type { SourcePlan } from "../source/plan.ts";
import { scan } from "../source/scan.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import { entriesOf } from "../tree/read-tree.ts";
import { Overtaken, readMarks, refuseWhenOvertaken, whatItBuildsOn } from "../upkeep/marks.ts";
import { loadIndex, type ChunkIndex } from "../vault/chunk-index.ts";
import type { Json, SnapshotKind, SnapshotRecord } from "../vault/snapshot-record.ts";
import { putRecord, snapshotKey } from "../vault/snapshots.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { entryFrom, isUnchanged, sortOut, type Sorted } from "./classify.ts";
import { loneCrew, threadedCrew, worthThreadsBytes, type SaveCrew } from "./save-crew.ts";
import { findDatabases, saveDatabases, type Resolution } from "./save-databases.ts";

/** What the caller knows of the state; the core carries it and does not look into it. */
export type StateWords = {
  readonly vitals: Json;
  readonly sessions: Json;
  readonly gatewayVersion?: string;
};

export type SaveOptions = {
  readonly kind: SnapshotKind;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly gateway?: string;
  readonly host?: string;
  readonly expiresAt?: string;
  /**
   * Asked once before anything is read. `before` are the words of the last snapshot when no file has changed since, so
   * that nothing need be found out again.
   */
  readonly describe?: (before: StateWords | undefined) => Promise<StateWords>;
  readonly compression?: Compression;
  /** "never" keeps everything on this thread. */
  readonly threads?: "when-worth-it" | "never";
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
};

export type SaveContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly compression: Compression;
  readonly clock: Clock;
  /** The snapshots there are, newest first. */
  readonly newestFirst: () => AsyncIterable<SnapshotRecord>;
};

export type Saved = { readonly record: SnapshotRecord; readonly findings: readonly Finding[] };

const maxAttempts = 4;

/**
 * Takes a snapshot. In order: find the last snapshot of the same place; walk the tree; settle what did not change; hold
 * all databases at one moment and read what changed of them; read the other changed files; write the manifest; make
 * the packs durable; then, as the last and only visible step, put the snapshot itself.
 */
export const save = async (context: SaveContext, plan: SourcePlan, options: SaveOptions): Promise<Saved> => {
  refuseOverlap(context.store, plan);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await saveOnce(context, plan, options);
    } catch (error) {
      if (!(error instanceof Overtaken) || attempt === maxAttempts) throw error;
    }
  }
};

const saveOnce = async (context: SaveContext, plan: SourcePlan, options: SaveOptions): Promise<Saved> => {
  const { store, master, clock } = context;
  const signal = options.signal ?? new AbortController().signal;
  const startedAt = clock.now();
  const scannedAtNs = BigInt(Math.floor(Date.now())) * 1_000_000n;
  const marksBefore = await readMarks(store, master);
  const [base, scanned] = [
    await baseFor(context, plan),
    await scan(plan, new Meter(clock, options.onProgress, "scan", "files"), signal),
  ];
  const findings: Finding[] = [...scanned.findings];
  const index = new LazyIndex(store, master);
  const sorted = await sortOut(
    scanned.items,
    base === undefined ? undefined : entriesOf(await index.reader(), base.tree),
    base?.scannedAtNs ?? 0n,
  );

  const databases = findDatabases(sorted);
  const droppable = new Set(databases.flatMap(({ others }) => others));
  const kept = sorted.filter((each) => !droppable.has(each));
  const describe = async (before: StateWords | undefined): Promise<StateWords> =>
    (await options.describe?.(before)) ?? { vitals: {}, sessions: {} };
  if (base !== undefined && kept.length === base.entries && kept.every(isUnchanged)) {
    await refuseWithoutBase(store, base);
    const words = await describe(wordsOf(base));
    return {
      record: await commit(
        context,
        options,
        plan,
        startedAt,
        { ...base, words, scannedAtNs, findings },
        0,
        0,
      ),
      findings,
    };
  }
  const words = await describe(undefined);

  const toRead = kept.filter(({ what }) => what.kind === "to-read");
  const bytesToRead = toRead.reduce((sum, { item }) => sum + item.stat.sizeBytes, 0);
  const except = new Set(marksBefore.flatMap(({ packs }) => packs));
  const writing = await index.forWriting(except, expectedChunks(toRead));
  const { table } = writing;
  const writer = new PackWriter({ store, master, compression: options.compression ?? context.compression });
  const crew = crewFor(context, options, table, writer, bytesToRead);
  const meter = new Meter(clock, options.onProgress, "read", "bytes", bytesToRead);
  const attributesRead = readAttributes(
    kept.flatMap((each) => (isUnchanged(each) ? [] : [each.item.absolute])),
    signal,
  );
  // It is waited for below; until then its failure is nobody's surprise.
  attributesRead.catch(() => undefined);
  try {
    const read = async (jobs: readonly ReadJob[]): Promise<readonly ReadResult[]> => {
      signal.throwIfAborted();
      const results = await crew.read(jobs);
      signal.throwIfAborted();
      meter.advance(results.reduce((sum, result) => sum + (result.kind === "read" ? result.bytes : 0), 0));
      return results;
    };
    const captured = await saveDatabases(databases, {
      sorted,
      baseScannedAtNs: base?.scannedAtNs ?? 0n,
      read,
      signal,
    });
    findings.push(...captured.findings);
    const rest = toRead.filter((each) => !captured.resolutions.has(each));
    const files = await readFiles(rest, read);
    meter.end();

    const attributes = await attributesRead;
    writer.endFrame();
    const manifest = new ManifestBuilder(table, writer);
    for (const each of sorted) {
      const made = makeEntry(
        each,
        captured.resolutions.get(each),
        files.get(each),
        attributes,
        manifest,
        findings,
      );
      if (made !== undefined) manifest.add(made);
    }
    const tree = manifest.finish();

    const written = await crew.finish();
    writer.finish();
    const newBytes = written.reduce((sum, each) => sum + each.newBytes, writer.newBytes);
    const storedBytes = written.reduce((sum, each) => sum + each.storedBytes, writer.storedBytes);
    await store.settle("packs");
    signal.throwIfAborted();
    const own = [...written.flatMap(({ packs }) => packs), ...writer.published];
    await refuseWhenOvertaken(store, master, marksBefore, whatItBuildsOn(own, writing));
    await refuseWithoutBase(store, base);
    const content = {
      scannedAtNs,
      tree,
      entries: manifest.entries,
      findings,
      files: manifest.files,
      bytes: manifest.bytes,
      words,
    };
    const record = await commit(context, options, plan, startedAt, content, newBytes, storedBytes);
    return { record, findings };
  } catch (error) {
    writer.discard();
    await crew.discard();
    throw error;
  } finally {
    // On a failure nobody else waits for it.
    await attributesRead.catch(() => undefined);
  }
};

const wordsOf = ({ summary: { vitals, gatewayVersion }, sessions }: SnapshotRecord): StateWords => ({
  vitals,
  sessions,
  ...(gatewayVersion === null ? {} : { gatewayVersion }),
});

/** The newest snapshot of the same directories. */
const baseFor = async (
  { newestFirst }: SaveContext,
  plan: SourcePlan,
): Promise<SnapshotRecord | undefined> => {
  const wanted = rootsKey(plan.roots);
  for await (const record of newestFirst()) if (rootsKey(record.roots) === wanted) return record;
  return undefined;
};

const refuseWithoutBase = async (store: VaultStore, base: SnapshotRecord | undefined): Promise<void> => {
  if (base === undefined) return;
  if ((await store.stat(snapshotKey(base.summary.id))) === undefined) throw new Overtaken();
};

const rootsKey = (roots: SourcePlan["roots"]): string =>
  JSON.stringify(
    roots.map(({ prefix, path }) => ({ prefix, path })).toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1)),
  );

/** Loaded when something changed; a snapshot with nothing new only reads the last manifest. */
class LazyIndex {
  readonly #store: VaultStore;
  readonly #master: Uint8Array;
  #loaded: Promise<ChunkIndex> | undefined;

  constructor(store: VaultStore, master: Uint8Array) {
    this.#store = store;
    this.#master = master;
  }

  async reader(): Promise<ChunkReader> {
    const index = await this.#load();
    const frames = new FrameCache(this.#store, this.#master, 8 * 1024 * 1024);
    for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
    return new ChunkReader(index, frames);
  }

  /** A table to claim new chunks in. Packs announced for deletion, and packs that are damaged, do not count. */
  async forWriting(except: ReadonlySet<string>, roomFor: number): Promise<ChunkIndex> {
    const loaded = await this.#loaded;
    const usable = loaded !== undefined && except.size === 0 && loaded.table.hasRoomFor(roomFor);
    return usable ? loaded : await loadIndex(this.#store, this.#master, { except, roomFor });
  }

  #load(): Promise<ChunkIndex> {
    this.#loaded ??= loadIndex(this.#store, this.#master);
    return this.#loaded;
  }
}

/** An upper bound: pages for what may be a database, the smallest chunks for the rest. */
const expectedChunks = (toRead: readonly Sorted[]): number =>
  toRead.reduce(
    (sum, { item }) =>
      sum + 2 + Math.ceil(item.stat.sizeBytes / (item.stat.sizeBytes % 512 === 0 ? 3_800 : 16_384)),
    4_096,
  );

const crewFor = (
  { store, master, compression }: SaveContext,
  options: SaveOptions,
  table: ChunkTable,
  writer: PackWriter,
  bytesToRead: number,
): SaveCrew =>
  store.directory === undefined || options.threads === "never" || bytesToRead < worthThreadsBytes
    ? loneCrew(table, writer)
    : threadedCrew({
        directory: store.directory,
        master,
        compression: options.compression ?? compression,
        table: table.shared,
      });

/** Small files travel together; a large one alone. */
const batchFiles = 64;
const batchBytes = 4 * 1024 * 1024;

const readFiles = async (
  files: readonly Sorted[],
  read: (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>,
): Promise<ReadonlyMap<Sorted, ReadResult>> => {
  const found = new Map<Sorted, ReadResult>();
  const batches: ReadJob[][] = [];
  let batch: ReadJob[] = [];
  let bytes = 0;
  // The large ones first, so that no thread begins one when the others are done.
  const order = [...files.keys()].sort((a, b) => sizeClass(files[b]) - sizeClass(files[a]) || a - b);
  for (const number of order) {
    const item = files[number]?.item;
    if (item === undefined) continue;
    const { stat, absolute } = item;
    const sparse = stat.allocatedBytes + 512 < stat.sizeBytes;
    batch.push({
      number,
      absolute,
      cutting: { kind: sparse ? "sparse" : "content" },
      startAt: 0,
      endAt: undefined,
    });
    bytes += stat.sizeBytes;
    if (batch.length >= batchFiles || bytes >= batchBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
  }
  batches.push(batch);
  await Promise.all(
    batches.map(async (jobs) => {
      for (const result of await read(jobs)) {
        const file = files[result.number];
        if (file !== undefined) found.set(file, result);
      }
    }),
  );
  return found;
};

const sizeClass = (sorted: Sorted | undefined): number =>
  Math.floor((sorted?.item.stat.sizeBytes ?? 0) / (8 * batchBytes));

/** Encodes entries into segments and stores them, and the nodes of long id lists, as chunks. */
class ManifestBuilder {
  readonly #table: ChunkTable;
  readonly #writer: PackWriter;
  readonly #segments: Uint8Array[] = [];
  readonly #encoder = new SegmentEncoder((segment) => this.#segments.push(this.store(segment)));
  entries = 0;
  files = 0;
  bytes = 0;

  constructor(table: ChunkTable, writer: PackWriter) {
    this.#table = table;
    this.#writer = writer;
  }

  readonly store = (content: Uint8Array): Uint8Array => {
    const id = idOf(content);
    if (this.#table.claim(id, 0)) this.#writer.add(id, 0, content, false);
    return id;
  };

  add(entry: Entry): void {
    this.#encoder.add(entry);
    this.entries += 1;
    if (entry.node.type === "file" || entry.node.type === "hardlink") this.files += 1;
    if (entry.node.type === "file") this.bytes += contentSize(entry);
  }

  finish(): IdList {
    this.#encoder.finish();
    return packIds(joinBytes(this.#segments), this.store);
  }
}

const makeEntry = (
  { item, before, what }: Sorted,
  resolution: Resolution | undefined,
  result: ReadResult | undefined,
  attributes: ReadonlyMap<BytePath, readonly ExtendedAttribute[]>,
  manifest: ManifestBuilder,
  findings: Finding[],
): Entry | undefined => {
  const own = attributes.get(item.absolute) ?? [];
  const file = (
    stat: FileStat,
    sizeBytes: number,
    ids: Uint8Array,
    layout: "chunks" | "sparse",
    database: boolean,
  ): Entry =>
    entryFrom(item.path, stat, own, {
      type: "file",
      sizeBytes,
      content: { layout, database, list: packIds(ids, manifest.store) },
    });
  if (resolution?.kind === "dropped") return undefined;
  if (resolution?.kind === "carried") return before;
  if (resolution?.kind === "read") {
    return file(resolution.stat, resolution.sizeBytes, resolution.ids, "chunks", resolution.database);
  }
  if (what.kind === "carried") return before;
  if (what.kind === "node") {
    const unchanged = before !== undefined && before.observed.ctimeNs === item.stat.ctimeNs;
    return entryFrom(item.path, item.stat, unchanged ? before.attributes : own, what.node);
  }
  if (result?.kind === "read") {
    const sparse = item.stat.allocatedBytes + 512 < item.stat.sizeBytes;
    return file(result.stat, result.bytes, result.ids, sparse ? "sparse" : "chunks", false);
  }
  // Gone between the walk and the reading: it is simply not there any more.
  if (result?.reason !== "ENOENT") {
    findings.push({
      code: "FILE_UNREADABLE",
      path: pathText(item.path),
      message: `${pathText(item.path)} cannot be read (${result?.reason ?? "unknown"}) and is not in the snapshot.`,
      hint: "Run as the user who owns it, or leave it out.",
    });
  }
  return undefined;
};

type Content = Pick<SnapshotRecord, "scannedAtNs" | "tree" | "entries" | "findings"> & {
  readonly words: StateWords;
} & ({ readonly files: number; readonly bytes: number } | { readonly summary: SnapshotRecord["summary"] });

const commit = (
  { store, master, compression, clock }: SaveContext,
  options: SaveOptions,
  plan: SourcePlan,
  startedAt: number,
  content: Content,
  newBytes: number,
  storedBytes: number,
): Promise<SnapshotRecord> => {
  const meter = new Meter(clock, options.onProgress, "commit", "objects", 1);
  const { files, bytes } = "summary" in content ? content.summary : content;
  const { scannedAtNs, tree, entries, findings, words } = content;
  const record = putRecord(store, master, startedAt, (id) => ({
    format: 1,
    summary: {
      id,
      name: options.name ?? null,
      kind: options.kind,
      createdAt: new Date(startedAt).toISOString(),
      gateway: options.gateway ?? null,
      host: options.host ?? hostname(),
      gatewayVersion: words.gatewayVersion ?? null,
      stateDir: plan.roots.find(({ prefix }) => prefix === "")?.path ?? "",
      tags: options.tags ?? [],
      description: options.description ?? null,
      files,
      bytes,
      newBytes,
      storedBytes,
      compression: options.compression ?? compression,
      expiresAt: options.expiresAt ?? null,
      vitals: words.vitals,
    },
    roots: plan.roots.map(({ prefix, path }) => ({ prefix, path })),
    scannedAtNs,
    tree,
    entries,
    findings,
    sessions: words.sessions,
  }));
  meter.advance(1);
  return record;
};

/** A vault below what it saves would save itself; a state directory below its vault would be mistaken for packs. */
const refuseOverlap = (store: VaultStore, plan: SourcePlan): void => {
  if (store.directory === undefined) return;
  const vault = real(store.directory);
  for (const { path } of plan.roots) {
    const root = real(path);
    if (isInside(vault, root) || isInside(root, vault)) {
      throw new Problem(
        "VAULT_OVERLAPS_STATE",
        `The vault ${vault} and the directory ${root} lie one inside the other.`,
        {
          hint: "Put the vault somewhere else with --vault or `vault.path` in the configuration.",
          exit: ExitCode.usage,
        },
      );
    }
  }
};

const isInside = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory + sep);

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist: the scan will say so in its own words.
    return path;
  }
};
