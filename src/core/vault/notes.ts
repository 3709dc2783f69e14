import { randomBytes } from "node:crypto";
import type { BlobInfo, BlobStore } from "../store/blob-store.ts";
import { isDamage, sealObject, unsealObject } from "./sealed-object.ts";
import { isRecord } from "./snapshot-record.ts";

/**
 * What changes about a snapshot after it was taken. A snapshot itself never changes: each fact is a small object of its
 * own, and the newest of its kind counts.
 */
export type Note =
  | { readonly kind: "protection"; readonly on: boolean; readonly at: number }
  | { readonly kind: "verified"; readonly depth: string; readonly at: number }
  /** Something it needs was found damaged or lost: the next save must not build on it. */
  | { readonly kind: "hurt"; readonly at: number };

export type NotedState = {
  readonly protected: boolean;
  /** When all of it was last read and found right, unless damage was found since. */
  readonly verifiedAt: number | undefined;
  readonly hurt: boolean;
};

export type StoredNote = { readonly key: string; readonly snapshot: string; readonly note: Note };

const prefix = "notes/";

export const putNote = async (
  store: BlobStore,
  master: Uint8Array,
  snapshot: string,
  note: Note,
): Promise<void> => {
  // Whatever time they carry: a clock that was ahead for a while must not make an old fact the newest for good.
  const older = (await readNotes(store, master)).filter(
    (each) => each.snapshot === snapshot && isSuperseded(each.note, note),
  );
  const key = `${prefix}${snapshot}.${randomBytes(8).toString("hex")}`;
  await store.put(key, sealObject(master, key, Buffer.from(JSON.stringify(note))), { ifAbsent: true });
  for (const each of older) await store.delete(each.key);
};

const isSuperseded = (older: Note, newer: Note): boolean =>
  older.kind === newer.kind ||
  (older.kind === "hurt" && newer.kind === "verified" && newer.depth === "full") ||
  (older.kind === "verified" && newer.kind === "hurt");

export const removeNotes = async (store: BlobStore, snapshot: string): Promise<void> => {
  for (const { key } of await store.list(`${prefix}${snapshot}.`)) await store.delete(key);
};

/** By snapshot. A note that cannot be read says nothing: protection then ends only where the object itself is gone. */
export const readStates = async (
  store: BlobStore,
  master: Uint8Array,
): Promise<ReadonlyMap<string, NotedState>> => statesOf(await readNotes(store, master));

export const statesOf = (notes: readonly StoredNote[]): ReadonlyMap<string, NotedState> => {
  const times = new Map<string, Times>();
  for (const { snapshot, note } of notes) {
    const known = times.get(snapshot) ?? never;
    times.set(snapshot, timesWith(known, note));
  }
  return new Map(
    [...times].map(([snapshot, { protection, verifiedAt, hurtAt }]) => {
      const hurt = hurtAt > -Infinity && hurtAt >= verifiedAt;
      return [
        snapshot,
        {
          protected: protection.on,
          verifiedAt: hurt || verifiedAt === -Infinity ? undefined : verifiedAt,
          hurt,
        },
      ];
    }),
  );
};

type Times = {
  readonly protection: { readonly on: boolean; readonly at: number };
  readonly verifiedAt: number;
  readonly hurtAt: number;
};

const never: Times = { protection: { on: false, at: -Infinity }, verifiedAt: -Infinity, hurtAt: -Infinity };

const timesWith = (times: Times, note: Note): Times => {
  switch (note.kind) {
    case "protection":
      return note.at >= times.protection.at ? { ...times, protection: note } : times;
    case "hurt":
      return { ...times, hurtAt: Math.max(times.hurtAt, note.at) };
    case "verified":
      return note.depth === "full" ? { ...times, verifiedAt: Math.max(times.verifiedAt, note.at) } : times;
  }
};

/** Notes that cannot be read. */
export const damagedNotes = async (store: BlobStore, master: Uint8Array): Promise<readonly string[]> => {
  const damaged: string[] = [];
  for (const { key } of await store.list(prefix)) {
    if ((await readNote(store, master, key)) === undefined && (await store.stat(key)) !== undefined)
      damaged.push(key);
  }
  return damaged;
};

const readNotes = async (store: BlobStore, master: Uint8Array): Promise<readonly StoredNote[]> => {
  const notes: StoredNote[] = [];
  for (const { key } of await noteInfos(store)) {
    const note = await readStoredNote(store, master, key);
    if (note !== undefined) notes.push(note);
  }
  return notes;
};

export const noteInfos = (store: BlobStore): Promise<readonly BlobInfo[]> => store.list(prefix);

export const readStoredNote = async (
  store: BlobStore,
  master: Uint8Array,
  key: string,
): Promise<StoredNote | undefined> => {
  const note = await readNote(store, master, key);
  return note === undefined
    ? undefined
    : { key, snapshot: key.slice(prefix.length, key.lastIndexOf(".")), note };
};

const readNote = async (store: BlobStore, master: Uint8Array, key: string): Promise<Note | undefined> => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(unsealObject(master, key, await store.get(key))).toString("utf8"));
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "STORE_MISSING";
    if (gone || isDamage(error)) return undefined;
    throw error;
  }
  if (!isRecord(value) || typeof value["at"] !== "number") return undefined;
  const { kind, on, depth, at } = value;
  if (kind === "protection" && typeof on === "boolean") return { kind, on, at };
  if (kind === "hurt") return { kind, at };
  if (kind === "verified" && typeof depth === "string") return { kind, depth, at };
  return undefined;
};
