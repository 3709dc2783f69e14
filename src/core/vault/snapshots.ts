import { ExitCode, isProblem, Problem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { inOrderOfIds, snapshotIdOf } from "../refs/index.ts";
import type { BlobInfo, BlobStore } from "../store/blob-store.ts";
import { isMissing } from "../store/disk-store.ts";
import { forgetIndex } from "./index-cache.ts";
import { isDamage, sealObject, unsealObject } from "./sealed-object.ts";
import { decodeRecord, encodeRecord, type SnapshotRecord } from "./snapshot-record.ts";

/** A smaller one takes up one block of the disk in any case, and a listing unpacks every one. */
const worthPackingBytes = 4_000;

const prefix = "snapshots/";
const gonePrefix = "gone/";

export const snapshotKey = (id: string): string => prefix + id;

/** Ids of snapshots that were deleted are remembered: an id never comes to mean another snapshot. */
const goneKey = (id: string): string => gonePrefix + id;

export const goneIds = async (store: BlobStore): Promise<readonly string[]> =>
  inOrderOfIds(
    (await store.list(gonePrefix)).map(({ key }) => key.slice(gonePrefix.length)),
    (id) => id,
  );

/** The id is remembered first: when the deletion is cut short, it can be repeated. */
export const removeRecord = async (store: BlobStore, id: string): Promise<void> => {
  const remember = () => store.put(goneKey(id), [], { ifAbsent: true });
  try {
    await remember();
  } catch (error) {
    if (!isProblem(error) || error.code !== "VAULT_DISK_FULL") throw error;
    // No room even to remember what is being deleted to make room: what it takes up goes first.
    await forgetIndex(store);
    await store.delete(snapshotKey(id));
    await remember();
  }
  await store.delete(snapshotKey(id));
};

export const idOfKey = (key: string): string => key.slice(prefix.length);

/** What the store says of each snapshot, in no order. */
export const snapshotInfos = (store: BlobStore): Promise<readonly BlobInfo[]> => store.list(prefix);

export const oldestFirst = (infos: readonly BlobInfo[]): readonly BlobInfo[] =>
  inOrderOfIds(infos, ({ key }) => idOfKey(key));

export const snapshotIds = async (store: BlobStore): Promise<readonly string[]> =>
  oldestFirst(await snapshotInfos(store)).map(({ key }) => idOfKey(key));

export const readRecord = async (
  store: BlobStore,
  master: Uint8Array,
  id: string,
): Promise<SnapshotRecord> => {
  const key = snapshotKey(id);
  let sealed: Uint8Array;
  try {
    sealed = await store.get(key);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Problem("SNAPSHOT_UNKNOWN", `There is no snapshot ${id}.`, {
      hint: "`clawback snapshots list` shows those there are.",
      exit: ExitCode.usage,
      cause: error,
    });
  }
  return decodeRecord(unsealObject(master, key, sealed));
};

export type ReadRecords = {
  readonly records: readonly SnapshotRecord[];
  readonly findings: readonly Finding[];
};

/** Every snapshot that can be read, oldest first; a damaged one is a finding and hides no other. */
export const readRecords = async (store: BlobStore, master: Uint8Array): Promise<ReadRecords> => {
  const records: SnapshotRecord[] = [];
  const findings: Finding[] = [];
  for (const id of await snapshotIds(store)) {
    const read = await tryRecord(store, master, id);
    if (read === undefined) continue;
    if ("code" in read) findings.push(read);
    else records.push(read);
  }
  return { records, findings };
};

/** A snapshot, or the finding that it cannot be read; nothing when it was deleted since it was listed. */
export const tryRecord = async (
  store: BlobStore,
  master: Uint8Array,
  id: string,
): Promise<SnapshotRecord | Finding | undefined> => {
  try {
    return await readRecord(store, master, id);
  } catch (error) {
    if (isProblem(error) && error.code === "SNAPSHOT_UNKNOWN") return undefined;
    if (!isDamage(error) && !(error instanceof SyntaxError)) throw error;
    return {
      code: "SNAPSHOT_DAMAGED",
      snapshot: id,
      object: snapshotKey(id),
      message: `The snapshot ${id} cannot be read: ${error.message}.`,
      hint: "Copy it from another copy of this vault, or delete it with `clawback snapshots delete`.",
    };
  }
};

/** Puts a snapshot under the first free id of its minute: of two writers in one minute, each gets its own. */
export const putRecord = async (
  store: BlobStore,
  master: Uint8Array,
  takenAt: number,
  make: (id: string) => SnapshotRecord,
): Promise<SnapshotRecord> => {
  for (let number = 1; ; number += 1) {
    const id = snapshotIdOf(takenAt, number);
    if ((await store.stat(goneKey(id))) !== undefined) continue;
    const record = make(id);
    const key = snapshotKey(record.summary.id);
    const encoded = encodeRecord(record);
    const body = sealObject(master, key, encoded, encoded.length < worthPackingBytes ? "none" : "zstd");
    if ((await store.put(key, body, { ifAbsent: true })) !== "created") continue;
    if ((await store.stat(goneKey(id))) === undefined) return record;
    // The one that had this id was deleted a moment ago, which is how the name came to be free.
    await store.delete(key);
  }
};
