import { type Clock, isoText, systemClock } from "../ground/index.ts";
import type { Exported } from "./bundle/export-bundle.ts";
import type { Imported } from "./bundle/import-bundle.ts";
import type { FileFacts } from "./compare/index.ts";
import type { Finding } from "./findings.ts";
import type { OnProgress } from "./progress.ts";
import type { TablesWanted } from "./restore/lay-out-tables.ts";
import type { Restored, RestoreOptions } from "./restore/restore-to.ts";
import type { Saved, SaveOptions } from "./save/save-options.ts";
import type { FilesBelow } from "./source/files-below.ts";
import type { SourcePlan } from "./source/plan.ts";
import type { VaultStore } from "./store/blob-store.ts";
import { diskStore } from "./store/disk-store.ts";
import type { Hands } from "./system/threads.ts";
import { distinctFacts } from "./tree/distinct-facts.ts";
import { rowOf, type FileRow } from "./tree/file-row.ts";
import { readingOf } from "./tree/loss.ts";
import { TreeOpener } from "./tree/open-tree.ts";
import { readFile } from "./tree/read-file.ts";
import { segmentsOf } from "./tree/read-tree.ts";
import type { Collected, CollectOptions } from "./upkeep/collect.ts";
import type { VaultRepaired } from "./upkeep/repair-vault.ts";
import type { KeySource } from "./vault/key-ring.ts";
import { Listing, type ListedRecords } from "./vault/listing.ts";
import { listingSign } from "./vault/listing-sign.ts";
import { putNote, readStates, type NotedState } from "./vault/notes.ts";
import type { RekeyOptions } from "./vault/rekey.ts";
import type { SnapshotRecord, SnapshotSummary } from "./vault/snapshot-record.ts";
import { goneIds, readRecord, snapshotIds, tryRecord } from "./vault/snapshots.ts";
import type { VaultInfo, VaultStats } from "./vault/stats.ts";
import { unlockVault, type Unlocked } from "./vault/vault.ts";
import type { Verified, VerifyOptions } from "./verify/verify.ts";

export type OpenOptions = {
  readonly keys: KeySource;
  readonly clock?: Clock;
  /** Who does what takes long; absent: threads, so that whoever opened the vault stays free for other things. */
  readonly hands?: Hands;
};

export type Listed = {
  readonly snapshots: readonly SnapshotSummary[];
  /** Ids of snapshots that were deleted; they never come to mean another. */
  readonly deleted: readonly string[];
  /** Ids of snapshots that can be read, and of which something was found damaged or lost since it was last whole. */
  readonly hurt: ReadonlySet<string>;
  readonly findings: readonly Finding[];
};

export type Carried = Pick<SnapshotRecord, "sessions" | "roots" | "findings"> &
  Pick<SnapshotRecord["summary"], "vitals">;

/** A snapshot beside another: the files that are not in both just so, and how many are. */
export type SnapshotSide = Carried & { readonly files: readonly FileFacts[]; readonly alike: number };

/** The files of a snapshot, and those of the state as it is now. */
export type BesideLive = {
  readonly snapshot: readonly FileFacts[];
  readonly live: readonly FileFacts[];
  readonly filesBelow: FilesBelow;
};

export type TransferOptions = { readonly signal?: AbortSignal; readonly onProgress?: OnProgress };

/** Reads the key and nothing else. */
export const openVault = async (place: string | VaultStore, options: OpenOptions): Promise<Vault> => {
  const store = typeof place === "string" ? diskStore(place) : place;
  return new Vault(await unlockVault(store, options.keys, options.clock ?? systemClock, options.hands));
};

/**
 * What can be done with a vault. Listing and reading are at hand; saving, restoring and what is done seldom are loaded
 * when they are asked for: a listing takes less time than loading all of it.
 */
export class Vault {
  readonly #unlocked: Unlocked;
  readonly #listing = new Listing();
  #listed: ({ readonly records: ListedRecords } & Pick<Listed, "snapshots" | "hurt">) | undefined;
  readonly #tree: TreeOpener;

  constructor(unlocked: Unlocked) {
    this.#unlocked = unlocked;
    this.#tree = new TreeOpener(unlocked.store, unlocked.master);
  }

  /** Who does what takes long with what it holds. */
  get hands(): Hands {
    return this.#unlocked.hands;
  }

  /** Oldest first: the same list as before while it would say the same. Snapshots that cannot be read are findings. */
  async list(): Promise<Listed> {
    const { store, master } = this.#unlocked;
    const records = await this.#listing.read(store, master);
    const { summaries, states, findings } = records;
    if (this.#listed?.records !== records) {
      const snapshots = summaries.map((summary) => this.#summary({ summary }, states.get(summary.id)));
      const hurt = new Set([...states].flatMap(([id, state]) => (state.hurt ? [id] : [])));
      this.#listed = { records, snapshots, hurt };
    }
    const { snapshots, hurt } = this.#listed;
    return { snapshots, deleted: await goneIds(store), hurt, findings };
  }

  /** Another one once a list says something else, at the cost of a look at two directories. */
  sign(): string {
    return listingSign(this.#unlocked.store);
  }

  async show(id: string): Promise<SnapshotSummary> {
    const { store, master } = this.#unlocked;
    const record = await this.#record(id);
    return this.#summary(record, (await readStates(store, master)).get(id));
  }

  async *files(id: string): AsyncGenerator<FileRow> {
    const record = await this.#record(id);
    const { reader } = await this.#tree.open();
    const segments = segmentsOf(reader, record.tree);
    for (;;) {
      const next = await readingOf(id, () => segments.next());
      if (next.done === true) return;
      yield* next.value.map(rowOf);
    }
  }

  /** A file of a snapshot, up to `limitBytes`. */
  async readFile(id: string, path: string, limitBytes = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
    const record = await this.#record(id);
    const { reader } = await this.#tree.open();
    return await readingOf(id, () => readFile(reader, record, path, limitBytes));
  }

  async save(
    plan: SourcePlan,
    options: SaveOptions,
  ): Promise<Saved & { readonly snapshot: SnapshotSummary }> {
    const { store, master, file, clock, hands } = this.#unlocked;
    const { save } = await import("./save/index.ts");
    const saved = await save(
      {
        store,
        master,
        clock,
        hands,
        compression: file.compression,
        newestFirst: () => this.#newestFirst(),
        indexBefore: this.#tree.indexBefore,
      },
      plan,
      options,
    );
    return { ...saved, snapshot: this.#summary(saved.record, undefined) };
  }

  /** All snapshots, or the named ones; what turns out is noted with each. */
  async verify(ids: readonly string[] | "all", options: VerifyOptions): Promise<Verified> {
    const { verifySnapshots } = await import("./seldom.ts");
    return await verifySnapshots(this.#unlocked, this.#tree, ids, options);
  }

  async restoreTo(id: string, target: string, options: RestoreOptions = {}): Promise<Restored> {
    const { store, master, clock, hands } = this.#unlocked;
    const record = await this.#record(id);
    const { index, reader } = await this.#tree.open();
    const { restoreTo } = await import("./restore/restore-to.ts");
    return await readingOf(id, () =>
      restoreTo({ store, master, clock, hands, index, reader }, record, target, options),
    );
  }

  /** Lays out of databases only certain tables, where that can be done; false: it cannot. */
  async layOutTables(id: string, target: string, wanted: TablesWanted): Promise<boolean> {
    const record = await this.#record(id);
    const { reader } = await this.#tree.open();
    const { layOutTables } = await import("./restore/lay-out-tables.ts");
    return await readingOf(id, () => layOutTables(reader, record, target, wanted));
  }

  /** Deletes snapshots; their packs go when the collector finds that nothing needs them. */
  async delete(ids: readonly string[]): Promise<void> {
    const { deleteSnapshots } = await import("./seldom.ts");
    await deleteSnapshots(this.#unlocked, ids);
  }

  async protect(id: string, on: boolean): Promise<void> {
    const { store, master, clock } = this.#unlocked;
    // A damaged one too: it may have to go.
    if (!(await snapshotIds(store)).includes(id)) await this.#record(id);
    await putNote(store, master, id, { kind: "protection", on, at: clock.now() });
  }

  /** Deletes what no snapshot needs. What is found today is only announced; a run some time later deletes it. */
  async collect(options: CollectOptions = {}): Promise<Collected> {
    const { store, master, clock, file } = this.#unlocked;
    const { collect, everyRecord } = await import("./seldom.ts");
    const records = await everyRecord(store, master);
    const tree = await this.#tree.open();
    return await collect({ store, master, clock, compression: file.compression, records, ...tree }, options);
  }

  /** Saves what is whole of damaged packs and takes them out of use, so that the next save makes good what it can. */
  async repair(options: Omit<VerifyOptions, "depth"> = {}): Promise<VaultRepaired> {
    const { repairVault } = await import("./seldom.ts");
    return await repairVault(this.#unlocked, this.#tree, options);
  }

  async exportBundle(ids: readonly string[], path: string, options: TransferOptions = {}): Promise<Exported> {
    const { store, master, clock, file } = this.#unlocked;
    const records = await Promise.all(ids.map((id) => this.#record(id)));
    const tree = await this.#tree.open();
    const { exportBundle } = await import("./seldom.ts");
    return await readingOf(ids.join(", "), () =>
      exportBundle({ store, master, clock, compression: file.compression, ...tree }, records, path, options),
    );
  }

  /** `keys` open the bundle; they are those of the vault it came from. */
  async importBundle(
    path: string,
    keys: KeySource,
    options: TransferOptions = {},
  ): Promise<Omit<Imported, "snapshots"> & { readonly snapshots: readonly SnapshotSummary[] }> {
    const { store, master, clock, file } = this.#unlocked;
    const { importBundle } = await import("./seldom.ts");
    const imported = await importBundle(
      { store, master, clock, compression: file.compression },
      path,
      keys,
      options,
    );
    return { ...imported, snapshots: imported.snapshots.map((record) => this.#summary(record, undefined)) };
  }

  /** New keys for the same vault; the old ones stop working. */
  async rekey(options: RekeyOptions): Promise<{ readonly recoveryKey: string }> {
    const { rekey } = await import("./seldom.ts");
    return await rekey(this.#unlocked, options);
  }

  async recoveryKey(): Promise<string> {
    const { exportRecoveryKey } = await import("./seldom.ts");
    return await exportRecoveryKey(this.#unlocked);
  }

  async info(): Promise<VaultInfo> {
    const { vaultInfo } = await import("./seldom.ts");
    return await vaultInfo(this.#unlocked);
  }

  async stats(): Promise<VaultStats> {
    const { vaultStats } = await import("./seldom.ts");
    return await vaultStats(this.#unlocked);
  }

  /**
   * Two snapshots side by side, without the files that both certainly have just so, which are only counted: two that are
   * compared share most of their lists of files, and what they share is not taken apart.
   */
  async sideBySide(a: string, b: string): Promise<readonly [before: SnapshotSide, after: SnapshotSide]> {
    const [before, after] = [await this.#record(a), await this.#record(b)];
    const { reader } = await this.#tree.open();
    const [old, now] = await readingOf(b, () => distinctFacts(reader, before, after));
    return [sideOf(before, old), sideOf(after, now)];
  }

  /**
   * The files of a snapshot and the state as it is now, in the same form, for a comparison of the two; what has not changed
   * is not read.
   */
  async besideLive(
    id: string,
    plan: SourcePlan,
    signal = new AbortController().signal,
    onUnread: (finding: Finding) => void = () => undefined,
  ): Promise<BesideLive> {
    const record = await this.#record(id);
    const { reader } = await this.#tree.open();
    const { factsBesideLive } = await import("./save/index.ts");
    const { clock } = this.#unlocked;
    const sides = await readingOf(id, () => factsBesideLive(clock, plan, reader, record, signal));
    sides.findings.forEach(onUnread);
    const { snapshot, live, filesBelow } = sides;
    return { snapshot: snapshot.sort(byPath), live: live.sort(byPath), filesBelow };
  }

  /** What the caller gave with the snapshot and the core does not look into; and what could not be taken. */
  async carried(id: string): Promise<Carried> {
    return carriedIn(await this.#record(id));
  }

  async #record(id: string): Promise<SnapshotRecord> {
    const { store, master } = this.#unlocked;
    return await readingOf(id, () => readRecord(store, master, id));
  }

  async *#newestFirst(): AsyncGenerator<SnapshotRecord> {
    const { store, master } = this.#unlocked;
    const states = await readStates(store, master);
    for (const id of (await snapshotIds(store)).toReversed()) {
      if (states.get(id)?.hurt === true) continue;
      const record = await tryRecord(store, master, id);
      if (record !== undefined && !("code" in record)) yield record;
    }
  }

  #summary({ summary }: Pick<SnapshotRecord, "summary">, state: NotedState | undefined): SnapshotSummary {
    return {
      ...summary,
      encrypted: this.#unlocked.file.encrypted,
      protected: state?.protected ?? false,
      verifiedAt: state?.verifiedAt === undefined ? null : isoText(state.verifiedAt),
    };
  }
}

/** Code units: what a comparison expects of both sides. */
const byPath = (a: FileFacts, b: FileFacts): number => (a.path < b.path ? -1 : 1);

const carriedIn = ({ summary, sessions, roots, findings }: SnapshotRecord): Carried => ({
  vitals: summary.vitals,
  sessions,
  roots,
  findings,
});

const sideOf = (record: SnapshotRecord, files: FileFacts[]): SnapshotSide => ({
  ...carriedIn(record),
  files: files.sort(byPath),
  alike: record.entries - files.length,
});
