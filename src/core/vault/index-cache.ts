import { isProblem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import type { BlobStore, VaultStore } from "../store/blob-store.ts";
import { openRun, runPrefix, writeRun, type IndexRun } from "./index-run.ts";
import { isDamage } from "./sealed-object.ts";

/**
 * The cached index is a few runs. What came since the last one was written makes a new one, into which those that are
 * not much larger are merged: each chunk is written again only as often as what it lies among has grown by half.
 */
export const cachePrefix = "cache/index";
/** More footers, or more chunks in them, than are read at each start. */
const maxUncached = 16;
const maxUncachedChunks = 1_000;

export const isWorthKeeping = (packs: number, chunks: number): boolean =>
  packs > maxUncached || chunks > maxUncachedChunks;

export type CachedRuns = {
  /** The largest first; together they hold each pack that any of them holds. */
  readonly runs: readonly IndexRun[];
  /** Keys of those that cannot be read, that hold packs that are gone, or only what others hold as well. */
  readonly superseded: readonly string[];
};

export const readRuns = async (
  store: VaultStore,
  master: Uint8Array,
  present: ReadonlyMap<string, unknown>,
  findings: Finding[],
): Promise<CachedRuns> => {
  const superseded: string[] = [];
  const opened: IndexRun[] = [];
  for (const { key } of await store.list(cachePrefix)) {
    if (!key.startsWith(runPrefix)) superseded.push(key);
    else {
      const run = await openOrForget(store, master, key, findings);
      if (run === "closed") superseded.push(key);
      else if (run !== undefined) opened.push(run);
    }
  }
  opened.sort((a, b) => b.chunks - a.chunks);
  const covered = new Set<string>();
  const runs: IndexRun[] = [];
  for (const run of opened) {
    const fits = run.packs.every((name) => present.has(name)) && run.packs.some((name) => !covered.has(name));
    if (!fits) superseded.push(run.key);
    else {
      runs.push(run);
      for (const name of run.packs) covered.add(name);
    }
  }
  return { runs, superseded };
};

const openOrForget = async (
  store: VaultStore,
  master: Uint8Array,
  key: string,
  findings: Finding[],
): Promise<IndexRun | "closed" | undefined> => {
  try {
    return openRun(store, master, key);
  } catch (error) {
    // Left by somebody else who looked into this vault: whoever may not read it does without.
    if (isProblem(error) && error.code === "VAULT_NOT_READABLE") return "closed";
    if (!isDamage(error)) throw error;
    findings.push({
      code: "INDEX_REBUILT",
      object: key,
      message: `The cached index was damaged (${error.message}) and has been made again from the packs.`,
    });
    await ifPossible(() => store.delete(key));
    return undefined;
  }
};

/** Which of the runs go into a new one that begins with so many chunks. */
export const toMerge = (
  runs: readonly IndexRun[],
  chunks: number,
): { readonly left: readonly IndexRun[]; readonly merged: readonly IndexRun[] } => {
  let at = runs.length;
  let sum = chunks;
  for (; at > 0; at -= 1) {
    const smallest = runs[at - 1]?.chunks ?? 0;
    if (smallest > 2 * sum) break;
    sum += smallest;
  }
  return { left: runs.slice(0, at), merged: runs.slice(at) };
};

/**
 * What this run supersedes stays until the next one is written: somebody may be reading it. Those that were superseded
 * when they were read go.
 */
export const keepRun = async (
  store: VaultStore,
  master: Uint8Array,
  packs: readonly string[],
  words: Uint32Array,
  superseded: readonly string[],
): Promise<void> => {
  await ifPossible(async () => {
    await writeRun(store, master, packs, words);
    for (const key of superseded) await store.delete(key);
  });
};

/** When packs go, or when room is needed: it is made again from what is there. */
export const forgetIndex = async (store: BlobStore): Promise<void> => {
  for (const { key } of await store.list(cachePrefix)) await store.delete(key);
};

/** A vault that cannot be written, or has no room, is read without a cache. */
const ifPossible = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (!isProblem(error) || !["VAULT_NOT_WRITABLE", "VAULT_DISK_FULL"].includes(error.code)) throw error;
  }
};
