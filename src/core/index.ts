/**
 * The snapshot core: takes, keeps, checks, compares and gives back points in time of a state directory. It knows files
 * and bytes; what they mean to a gateway, who is told about it and how it is shown is for others. FORMAT.md, beside
 * this file, says what lies on disk.
 *
 * It promises: nothing in a vault is ever overwritten; a save that is interrupted anywhere leaves the vault as it was;
 * a length is believed only after it was authenticated; what a check finds is data, and what a person must act on is a
 * Problem with a way out.
 *
 *   source     what lies in a state directory: the walk, its names and attributes
 *   database   SQLite files: captured at one moment, read by pages
 *   save       from there into the vault        restore    out of it, beside
 *   takeback   in place, journaled              compare    what is different, on five levels
 *   verify     what is whole                    upkeep     what nobody needs; what can be repaired
 *   chunk      pieces, their ids, where they lie
 *   pack       frames: compressed, sealed, read back
 *   manifest   names, entries, segments as bytes    tree   the files of a snapshot, read from those
 *   vault      what else lies in one: snapshots, notes, the cached index
 *   keys       who can open it                  bundle     snapshots as one file
 *   refs       how a snapshot is named          retention  which ones stay
 *   store      objects on a disk                system     threads, native packages, memory, files
 */
export {
  openVault,
  type BesideLive,
  type Listed,
  type OpenOptions,
  type TransferOptions,
  type Vault,
} from "./open-vault.ts";
export { initVault, type Initialised, type InitOptions } from "./vault/vault.ts";
export type { KeySource } from "./vault/key-ring.ts";
export { isOfKeyFile } from "./keys/key-file.ts";
export { rekeyUnfinished, type RekeyOptions } from "./vault/rekey.ts";
export { vaultFolders } from "./vault/folders.ts";
export type { VaultInfo, VaultStats } from "./vault/stats.ts";
export {
  snapshotKinds,
  type Json,
  type SnapshotKind,
  type SnapshotRoot,
  type SnapshotSummary,
} from "./vault/snapshot-record.ts";
export { compressions, type Compression } from "./pack/codec.ts";
export { placeOfShown } from "./source/reach.ts";
export { nameInSnapshot, type SourcePlan, type SourceRoot } from "./source/plan.ts";
export { namesNow } from "./source/names-now.ts";
export type { FileRow } from "./tree/file-row.ts";
export type { EntryType } from "./manifest/entry.ts";
export type { FilesBelow } from "./source/files-below.ts";
export type { SaveOptions, StateWords } from "./save/save-options.ts";
export type { ChosenAmount, Restored, RestoreOptions } from "./restore/restore-to.ts";
export type { Verified, VerifyDepth, VerifyOptions } from "./verify/verify.ts";
export type { Collected, CollectOptions } from "./upkeep/collect.ts";
export type { VaultRepaired } from "./upkeep/repair-vault.ts";
export type { Exported } from "./bundle/export-bundle.ts";
export type { Renamed } from "./bundle/import-bundle.ts";
export type { Finding, FindingCode } from "./findings.ts";
export type { OnProgress, Phase, Progress } from "./progress.ts";
export type { Hands } from "./system/threads.ts";
export { diskStore } from "./store/disk-store.ts";
export type {
  BlobInfo,
  BlobStore,
  ByteRange,
  Draft,
  StoreCapabilities,
  VaultStore,
} from "./store/blob-store.ts";
export * from "./compare/index.ts";
export * from "./refs/index.ts";
export * from "./retention/index.ts";
export * from "./takeback/index.ts";
