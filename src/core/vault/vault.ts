import { rmSync } from "node:fs";
import { ExitCode, Problem, systemClock, type Clock } from "../../ground/index.ts";
import { isKeyFileOf, writeKeyFile } from "../keys/key-file.ts";
import { newMasterKey } from "../keys/key-slot.ts";
import { newRecoverySecret, recoveryKeyText } from "../keys/recovery-key.ts";
import type { Compression } from "../pack/codec.ts";
import type { VaultStore } from "../store/blob-store.ts";
import type { Hands } from "../system/threads.ts";
import { putSlot, unlock, type KeySource } from "./key-ring.ts";
import { newVaultFile, readVaultFile, vaultFileKey, type VaultFile } from "./vault-file.ts";

/** An unlocked vault, as the operations see it. */
export type Unlocked = {
  readonly store: VaultStore;
  readonly file: VaultFile;
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly hands: Hands;
};

export type InitOptions = {
  readonly compression?: Compression;
  /** Where the new key file goes. It must lie outside the vault: who copies the one must not get the other. */
  readonly keyFile?: string;
  readonly passphrase?: string;
  /** "none" leaves the master key in the open; the format is the same. */
  readonly encryption?: "on" | "none";
  readonly clock?: Clock;
};

export type Initialised = {
  readonly id: string;
  /** To be shown once and written down. Absent without encryption. */
  readonly recoveryKey: string | undefined;
};

export const initVault = async (store: VaultStore, options: InitOptions = {}): Promise<Initialised> => {
  const clock = options.clock ?? systemClock;
  await refuseExisting(store);
  if (
    options.keyFile !== undefined &&
    store.directory !== undefined &&
    options.keyFile.startsWith(`${store.directory}/`)
  ) {
    throw new Problem(
      "KEY_FILE_IN_VAULT",
      `The key file ${options.keyFile} would lie inside the vault it opens.`,
      {
        hint: "Name a place outside of it.",
        exit: ExitCode.usage,
      },
    );
  }
  const master = newMasterKey();
  const createdAt = new Date(clock.now()).toISOString();
  const encrypted = options.encryption !== "none";
  const file = newVaultFile(createdAt, encrypted, options.compression ?? "lz4", master);
  try {
    return await make(store, file, master, options);
  } catch (error) {
    await forgetKeyFile(store, file, options);
    throw error;
  }
};

const make = async (
  store: VaultStore,
  file: VaultFile,
  master: Uint8Array,
  options: InitOptions,
): Promise<Initialised> => {
  const { encrypted } = file;
  const slots = new Set<string>();
  const addSlot = async (secret: Parameters<typeof putSlot>[2]): Promise<void> => {
    slots.add(await putSlot(store, master, secret));
  };
  let recoveryKey: string | undefined;
  if (!encrypted) await addSlot({ kind: "open" });
  else {
    if (options.keyFile !== undefined) {
      await addSlot({ kind: "key-file", secret: writeKeyFile(options.keyFile, file.id) });
    }
    if (options.passphrase !== undefined)
      await addSlot({ kind: "passphrase", passphrase: options.passphrase });
    const secret = newRecoverySecret();
    await addSlot({ kind: "recovery", secret });
    recoveryKey = recoveryKeyText(secret);
  }
  // Last: without it the directory is no vault yet.
  const body = Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`);
  const isOurs = (await store.put(vaultFileKey, [body], { ifAbsent: true })) === "created";
  // Slots of an attempt that came to nothing open nothing: ours, when somebody else made the vault at the same moment.
  for (const { key } of await store.list("keys/")) if (slots.has(key) !== isOurs) await store.delete(key);
  if (isOurs) return { id: file.id, recoveryKey };
  throw vaultExists(store);
};

/** A key that opens no vault would only stand in the way of the next attempt. */
const forgetKeyFile = async (
  store: VaultStore,
  { id }: VaultFile,
  { keyFile }: InitOptions,
): Promise<void> => {
  if (keyFile !== undefined && (await opensNothing(store, id, keyFile))) rmSync(keyFile);
};

const opensNothing = async (store: VaultStore, id: string, keyFile: string): Promise<boolean> => {
  try {
    if (!isKeyFileOf(keyFile, id)) return false;
    return (await store.stat(vaultFileKey)) === undefined || (await readVaultFile(store)).id !== id;
  } catch {
    // Where that cannot be told there may be a vault, and this its key.
    return false;
  }
};

const refuseExisting = async (store: VaultStore): Promise<void> => {
  if ((await store.stat(vaultFileKey)) !== undefined) throw vaultExists(store);
};

const vaultExists = ({ name }: VaultStore): Problem =>
  new Problem("VAULT_EXISTS", `There is a vault at ${name} already.`, {
    hint: "Use it as it is, or name another place.",
    exit: ExitCode.usage,
  });

export const unlockVault = async (
  store: VaultStore,
  keys: KeySource,
  clock: Clock,
  hands: Hands = "threads",
): Promise<Unlocked> => {
  const file = await readVaultFile(store);
  return { store, file, master: await unlock(store, file, keys), clock, hands };
};
