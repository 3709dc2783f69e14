import { randomBytes } from "node:crypto";
import type { BlobInfo, BlobStore } from "../store/blob-store.ts";
import { isMissing } from "../store/disk-store.ts";
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

/** It may have been a protection, and counts as one until somebody says otherwise. */
type Unreadable = { readonly kind: "unreadable" };

export type StoredNote = {
  readonly key: string;
  readonly snapshot: string;
  readonly note: Note | Unreadable;
};

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

const isSuperseded = (older: StoredNote["note"], newer: Note): boolean =>
  older.kind === newer.kind ||
  (older.kind === "unreadable" && newer.kind === "protection") ||
  (older.kind === "hurt" && newer.kind === "verified" && newer.depth === "full") ||
  (older.kind === "verified" && newer.kind === "hurt");

export const removeNotes = async (store: BlobStore, snapshot: string): Promise<void> => {
  for (const { key } of await store.list(`${prefix}${snapshot}.`)) await store.delete(key);
};

/** By snapshot. Protection ends where somebody ends it, or where the note itself is gone: damage to it ends nothing. */
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
    [...times].map(([snapshot, { protection, isDoubtful, verifiedAt, hurtAt }]) => {
      const hurt = hurtAt > -Infinity && hurtAt >= verifiedAt;
      return [
        snapshot,
        {
          protected: protection.on || isDoubtful,
          verifiedAt: hurt || verifiedAt === -Infinity ? undefined : verifiedAt,
          hurt,
        },
      ];
    }),
  );
};

type Times = {
  readonly protection: { readonly on: boolean; readonly at: number };
  readonly isDoubtful: boolean;
  readonly verifiedAt: number;
  readonly hurtAt: number;
};

const never: Times = {
  protection: { on: false, at: -Infinity },
  isDoubtful: false,
  verifiedAt: -Infinity,
  hurtAt: -Infinity,
};

const timesWith = (times: Times, note: StoredNote["note"]): Times => {
  switch (note.kind) {
    case "unreadable":
      return { ...times, isDoubtful: true };
    case "protection":
      return note.at >= times.protection.at ? { ...times, protection: note } : times;
    case "hurt":
      return { ...times, hurtAt: Math.max(times.hurtAt, note.at) };
    case "verified":
      return note.depth === "full" ? { ...times, verifiedAt: Math.max(times.verifiedAt, note.at) } : times;
  }
};

/** Notes that cannot be read. */
export const damagedNotes = async (store: BlobStore, master: Uint8Array): Promise<readonly string[]> =>
  (await readNotes(store, master)).flatMap(({ key, note }) => (note.kind === "unreadable" ? [key] : []));

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

/** Nothing when it went since it was listed, and of a kind that is not known here. */
const readNote = async (
  store: BlobStore,
  master: Uint8Array,
  key: string,
): Promise<StoredNote["note"] | undefined> => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(unsealObject(master, key, await store.get(key))).toString("utf8"));
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (isDamage(error)) return { kind: "unreadable" };
    throw error;
  }
  if (!isRecord(value) || typeof value["at"] !== "number") return undefined;
  const { kind, on, depth, at } = value;
  if (kind === "protection" && typeof on === "boolean") return { kind, on, at };
  if (kind === "hurt") return { kind, at };
  if (kind === "verified" && typeof depth === "string") return { kind, depth, at };
  return undefined;
};
