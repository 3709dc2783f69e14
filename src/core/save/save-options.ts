import type { Clock } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import type { Compression } from "../pack/codec.ts";
import type { OnProgress } from "../progress.ts";
import type { SourcePlan } from "../source/plan.ts";
import type { VaultStore } from "../store/blob-store.ts";
import type { Hands } from "../system/threads.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { Json, SnapshotKind, SnapshotRecord } from "../vault/snapshot-record.ts";
import type { FilesBelow } from "../source/files-below.ts";

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
   * Asked once, while the files are read. `before` are the words of the last snapshot when no file has changed since, so
   * that nothing need be found out again; nor need the names of files, which the walk has seen.
   */
  readonly describe?: (before: StateWords | undefined, seen: FilesBelow) => Promise<StateWords>;
  readonly compression?: Compression;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
};

export type SaveContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly compression: Compression;
  readonly clock: Clock;
  readonly hands: Hands;
  /** The snapshots there are, newest first. */
  readonly newestFirst: () => AsyncIterable<SnapshotRecord>;
  /** An index that was read before, if any. */
  readonly indexBefore?: ChunkIndex | undefined;
};

export type Saved = { readonly record: SnapshotRecord; readonly findings: readonly Finding[] };

/** What all steps of one attempt at a snapshot share. */
export type Attempt = SaveContext & {
  readonly plan: SourcePlan;
  readonly options: SaveOptions;
  readonly signal: AbortSignal;
  readonly startedAt: number;
  /** Before the first name was looked at, by the clock that files have their times from. */
  readonly scannedAtNs: bigint;
};

/** How much a snapshot has added to the vault. */
export type Added = { readonly newBytes: number; readonly storedBytes: number };
