import type { BlobInfo, BlobStore } from "../core/index.ts";
import { ExitCode, isProblem, Problem } from "../ground/index.ts";

export type CopiedVault = {
  readonly objects: number;
  readonly bytes: number;
  /** There already. */
  readonly present: number;
};

/**
 * In the order of a save: what a snapshot needs arrives before it, and the file that makes the whole a vault is the
 * last. So a copy that stops half-way holds whole snapshots only, and goes on where it stopped.
 */
const order = ["keys/", "packs/", "gone/", "notes/", "snapshots/"] as const;
const vaultFile = "vault.json";

export type CopyOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: { readonly bytes: number; readonly total: number }) => void;
};

/** A collector may put packs together while they are copied; more often than this it does not. */
const attempts = 5;

/**
 * Brings a copy of a vault up to date: what is missing there is put there, and keys that no longer open the original no
 * longer open the copy. Nothing else is deleted: what somebody deletes here by mistake is still there.
 */
export const copyVault = async (
  from: BlobStore,
  to: BlobStore,
  options: CopyOptions = {},
): Promise<CopiedVault> => {
  await refuseStranger(from, to);
  try {
    return await bringUpToDate(from, to, options);
  } catch (error) {
    throw isProblem(error) && error.code === "VAULT_DISK_FULL" ? full(to, error) : error;
  }
};

const bringUpToDate = async (from: BlobStore, to: BlobStore, options: CopyOptions): Promise<CopiedVault> => {
  let done = { objects: 0, bytes: 0, present: 0 };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { vanished, ...copied } = await copyOnce(from, to, options);
    done = {
      objects: done.objects + copied.objects,
      bytes: done.bytes + copied.bytes,
      present: copied.present,
    };
    if (vanished === 0) break;
    if (attempt === attempts - 1) throw unsettled(from);
  }
  await dropOldKeys(from, to);
  if ((await to.stat(vaultFile)) === undefined) {
    await to.put(vaultFile, [await from.get(vaultFile)], { ifAbsent: true });
    done = { ...done, objects: done.objects + 1 };
  }
  return done;
};

const copyOnce = async (
  from: BlobStore,
  to: BlobStore,
  { signal, onProgress }: CopyOptions,
): Promise<CopiedVault & { readonly vanished: number }> => {
  const there = new Map<string, number>();
  const wanted: BlobInfo[] = [];
  // Snapshots are listed first and copied last: all that they need is in a listing of packs made after it.
  const snapshots = await from.list("snapshots/");
  for (const prefix of order) {
    for (const { key, sizeBytes } of await to.list(prefix)) there.set(key, sizeBytes);
    wanted.push(...(prefix === "snapshots/" ? snapshots : await from.list(prefix)));
  }
  const missing = wanted.filter(({ key, sizeBytes }) => there.get(key) !== sizeBytes);
  const total = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let [bytes, objects, vanished] = [0, 0, 0];
  for (const { key } of missing) {
    signal?.throwIfAborted();
    // What it needs may be in a pack that came since: it waits for the next time through.
    if (vanished > 0 && key.startsWith("snapshots/")) break;
    const body = await bodyOf(from, key);
    if (body === undefined) {
      if (key.startsWith("packs/")) vanished += 1;
      continue;
    }
    await to.put(key, [body], { ifAbsent: !there.has(key) });
    bytes += body.length;
    objects += 1;
    onProgress?.({ bytes, total });
  }
  return { objects, bytes, present: wanted.length - missing.length, vanished };
};

const dropOldKeys = async (from: BlobStore, to: BlobStore): Promise<void> => {
  const current = new Set((await from.list("keys/")).map(({ key }) => key));
  // A vault has keys. Where all of them are lost, those of its copy are the last there are.
  if (current.size === 0) return;
  for (const { key } of await to.list("keys/")) if (!current.has(key)) await to.delete(key);
};

/** What was deleted since it was listed belongs to no snapshot any more. */
const bodyOf = async (from: BlobStore, key: string): Promise<Uint8Array | undefined> => {
  try {
    return await from.get(key);
  } catch (error) {
    if ((await from.stat(key)) === undefined) return undefined;
    throw error;
  }
};

/** Reading takes no room: it is the copy's disk. */
const full = ({ name }: BlobStore, cause: Problem): Problem =>
  new Problem("COPY_FULL", `No space left for the copy at ${name}.`, {
    hint: "What it holds of snapshots is whole. Free space there; the same command goes on where it stopped.",
    cause,
  });

const unsettled = ({ name }: BlobStore): Problem =>
  new Problem("COPY_UNSETTLED", `The vault at ${name} was being cleared up all the while.`, {
    hint: "Snapshots that were there already are as they were. Copy again when `clawback vault gc` is done.",
    exit: ExitCode.vault,
  });

const refuseStranger = async (from: BlobStore, to: BlobStore): Promise<void> => {
  if ((await to.stat(vaultFile)) === undefined) return;
  const [here, there] = [await from.get(vaultFile), await to.get(vaultFile)];
  if (Buffer.from(here).equals(Buffer.from(there))) return;
  throw new Problem("COPY_STRANGER", `At ${to.name} there is another vault.`, {
    hint: "Nothing was copied. Name an empty place, or a copy of this vault.",
    exit: ExitCode.vault,
  });
};
