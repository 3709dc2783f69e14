import { ExitCode, Problem, systemClock, type Clock } from "../ground/index.ts";
import type { Finding } from "./findings.ts";
import { pathOfText, pathText } from "./manifest/byte-path.ts";
import { contentSize, type Entry, type EntryType } from "./manifest/entry.ts";
import { FrameCache } from "./pack/frame-cache.ts";
import { restoreTo, type Restored, type RestoreOptions } from "./restore/restore-to.ts";
import { save, type Saved, type SaveOptions } from "./save/save.ts";
import type { SourcePlan } from "./source/plan.ts";
import type { VaultStore } from "./store/blob-store.ts";
import { diskStore } from "./store/disk-store.ts";
import { ChunkReader } from "./tree/chunk-reader.ts";
import { entriesOf, findEntry, pourContent } from "./tree/read-tree.ts";
import { loadIndex, type ChunkIndex } from "./vault/chunk-index.ts";
import type { KeySource } from "./vault/key-ring.ts";
import { putNote, readStates, removeNotes, type NotedState } from "./vault/notes.ts";
import type { SnapshotRecord, SnapshotSummary } from "./vault/snapshot-record.ts";
import { readRecord, readRecords, snapshotIds, snapshotKey, tryRecord } from "./vault/snapshots.ts";
import { unlockVault, type Unlocked } from "./vault/vault.ts";
import { verify, type Verified, type VerifyOptions } from "./verify/verify.ts";

export type OpenOptions = { readonly keys: KeySource; readonly clock?: Clock };

export type FileRow = {
  readonly path: string;
  readonly type: EntryType;
  readonly size: number;
  readonly mode: number;
  readonly mtimeNs: string;
};

/** Reads the key and nothing else: what an operation needs it loads itself. */
export const openVault = async (place: string | VaultStore, options: OpenOptions): Promise<Vault> => {
  const store = typeof place === "string" ? diskStore(place) : place;
  return new Vault(await unlockVault(store, options.keys, options.clock ?? systemClock));
};

export class Vault {
  readonly #unlocked: Unlocked;

  constructor(unlocked: Unlocked) {
    this.#unlocked = unlocked;
  }

  /** Oldest first. Snapshots that cannot be read are findings. */
  async list(): Promise<{
    readonly snapshots: readonly SnapshotSummary[];
    readonly findings: readonly Finding[];
  }> {
    const { store, master } = this.#unlocked;
    const { records, findings } = await readRecords(store, master);
    const states = await readStates(store, master);
    return {
      snapshots: records.map((record) => this.#summary(record, states.get(record.summary.id))),
      findings,
    };
  }

  async show(id: string): Promise<SnapshotSummary> {
    const { store, master } = this.#unlocked;
    const record = await readRecord(store, master, id);
    return this.#summary(record, (await readStates(store, master)).get(id));
  }

  async *files(id: string): AsyncGenerator<FileRow> {
    const record = await this.#record(id);
    const { reader } = await this.#tree();
    for await (const entry of entriesOf(reader, record.tree)) yield rowOf(entry);
  }

  /** A file of a snapshot, up to `limitBytes`. */
  async readFile(id: string, path: string, limitBytes = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
    const record = await this.#record(id);
    const { reader } = await this.#tree();
    let entry = await findEntry(reader, record.tree, pathOfText(path));
    if (entry?.node.type === "hardlink") entry = await findEntry(reader, record.tree, entry.node.target);
    if (entry?.node.type !== "file") {
      throw new Problem("FILE_UNKNOWN", `There is no file ${path} in ${id}.`, {
        hint: `\`clawback snapshots show ${id}\` lists its files.`,
        exit: ExitCode.usage,
      });
    }
    const { content, sizeBytes } = entry.node;
    if (sizeBytes > limitBytes) {
      throw new Problem(
        "FILE_TOO_LARGE",
        `${path} has ${sizeBytes} bytes; at most ${limitBytes} are shown.`,
        {
          hint: "Restore it into a directory with `--only`.",
        },
      );
    }
    const bytes = Buffer.alloc(sizeBytes);
    let at = 0;
    await pourContent(reader, content, sizeBytes, {
      bytes: (piece) => {
        bytes.set(piece, at);
        at += piece.length;
      },
      hole: (length) => {
        at += length;
      },
    });
    return bytes;
  }

  async save(
    plan: SourcePlan,
    options: SaveOptions,
  ): Promise<Saved & { readonly snapshot: SnapshotSummary }> {
    const { store, master, file, clock } = this.#unlocked;
    const saved = await save(
      { store, master, clock, compression: file.compression, newestFirst: () => this.#newestFirst() },
      plan,
      options,
    );
    return { ...saved, snapshot: this.#summary(saved.record, undefined) };
  }

  /** All snapshots, or the named ones; those that turn out whole are noted as verified. */
  async verify(ids: readonly string[] | "all", options: VerifyOptions): Promise<Verified> {
    const { store, master, clock } = this.#unlocked;
    const read =
      ids === "all"
        ? await readRecords(store, master)
        : { records: await Promise.all(ids.map((id) => this.#record(id))), findings: [] };
    const { index, reader } = await this.#tree();
    const verified = await verify({ store, master, clock, index, reader }, read.records, options);
    const findings = [...read.findings, ...verified.findings];
    for (const { summary } of read.records) {
      if (findings.some(({ snapshot }) => snapshot === summary.id)) continue;
      await putNote(store, master, summary.id, { kind: "verified", depth: options.depth, at: clock.now() });
    }
    return { ...verified, ok: verified.ok && read.findings.length === 0, findings };
  }

  async restoreTo(id: string, target: string, options: RestoreOptions = {}): Promise<Restored> {
    const { store, master, clock } = this.#unlocked;
    const record = await this.#record(id);
    const { index, reader } = await this.#tree();
    return await restoreTo({ store, master, clock, index, reader }, record, target, options);
  }

  /** Deletes snapshots; their packs go when the collector finds that nothing needs them. */
  async delete(ids: readonly string[]): Promise<void> {
    const { store, master } = this.#unlocked;
    const states = await readStates(store, master);
    const pinned = ids.find((id) => states.get(id)?.protected === true);
    if (pinned !== undefined) {
      throw new Problem("SNAPSHOT_PROTECTED", `The snapshot ${pinned} is protected; nothing was deleted.`, {
        hint: "Unprotect it first if it may really go.",
        exit: ExitCode.refused,
      });
    }
    for (const id of ids) {
      await store.delete(snapshotKey(id));
      await removeNotes(store, id);
    }
    await store.settle("snapshots");
  }

  async protect(id: string, on: boolean): Promise<void> {
    const { store, master, clock } = this.#unlocked;
    await this.#record(id);
    await putNote(store, master, id, { kind: "protection", on, at: clock.now() });
  }

  async #record(id: string): Promise<SnapshotRecord> {
    return await readRecord(this.#unlocked.store, this.#unlocked.master, id);
  }

  async *#newestFirst(): AsyncGenerator<SnapshotRecord> {
    const { store, master } = this.#unlocked;
    for (const id of (await snapshotIds(store)).toReversed()) {
      const record = await tryRecord(store, master, id);
      if (record !== undefined && !("code" in record)) yield record;
    }
  }

  async #tree(): Promise<{ readonly index: ChunkIndex; readonly reader: ChunkReader }> {
    const { store, master } = this.#unlocked;
    const index = await loadIndex(store, master);
    const frames = new FrameCache(store, master, 16 * 1024 * 1024);
    for (const [pack, opened] of index.salvaged) frames.adopt(pack, opened);
    return { index, reader: new ChunkReader(index, frames) };
  }

  #summary({ summary }: SnapshotRecord, state: NotedState | undefined): SnapshotSummary {
    return {
      ...summary,
      encrypted: this.#unlocked.file.encrypted,
      protected: state?.protected ?? false,
      verifiedAt: state?.verifiedAt === undefined ? null : new Date(state.verifiedAt).toISOString(),
    };
  }
}

const rowOf = (entry: Entry): FileRow => ({
  path: pathText(entry.path),
  type: entry.node.type,
  size: contentSize(entry),
  mode: entry.mode,
  mtimeNs: String(entry.mtimeNs),
});
