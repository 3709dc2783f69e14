import type { BlobStore } from "../store/blob-store.ts";
import { vaultFolders } from "./folders.ts";
import { readSlots } from "./key-ring.ts";
import type { Unlocked } from "./vault.ts";

export type VaultInfo = {
  readonly id: string;
  readonly path: string;
  readonly version: number;
  readonly createdAt: string;
  readonly encrypted: boolean;
  readonly compression: string;
  /** Ways to the key: `key-file`, `recovery`, `passphrase`, `open`. */
  readonly keys: readonly string[];
};

export type VaultStats = {
  readonly snapshots: number;
  readonly packs: number;
  /** What lies on disk, all objects together. */
  readonly storedBytes: number;
  readonly cacheBytes: number;
  readonly quarantinedBytes: number;
};

export const vaultInfo = async ({ store, file }: Unlocked): Promise<VaultInfo> => ({
  id: file.id,
  path: store.name,
  version: file.version,
  createdAt: file.createdAt,
  encrypted: file.encrypted,
  compression: file.compression,
  keys: (await readSlots(store)).slots.map(({ slot }) => slot.kind).sort((a, b) => (a < b ? -1 : 1)),
});

export const vaultStats = async ({ store }: Unlocked): Promise<VaultStats> => {
  const [snapshots, packs, notes, marks, gone, keys, cache, quarantine] = await Promise.all(
    vaultFolders.map((folder) => sizesOf(store, `${folder}/`)),
  );
  const live = [snapshots, packs, notes, marks, gone, keys].reduce(
    (sum, each) => sum + (each?.bytes ?? 0),
    0,
  );
  return {
    snapshots: snapshots?.count ?? 0,
    packs: packs?.count ?? 0,
    storedBytes: live,
    cacheBytes: cache?.bytes ?? 0,
    quarantinedBytes: quarantine?.bytes ?? 0,
  };
};

const sizesOf = async (
  store: BlobStore,
  prefix: string,
): Promise<{ readonly count: number; readonly bytes: number }> => {
  const infos = await store.list(prefix);
  return { count: infos.length, bytes: infos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
};
