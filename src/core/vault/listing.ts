import { setImmediate as nextTurn } from "node:timers/promises";
import type { Finding } from "../findings.ts";
import type { BlobInfo, BlobStore } from "../store/blob-store.ts";
import { noteInfos, readStoredNote, statesOf, type NotedState, type StoredNote } from "./notes.ts";
import type { SnapshotRecord } from "./snapshot-record.ts";
import { idOfKey, oldestFirst, snapshotInfos, tryRecord } from "./snapshots.ts";

export type ListedRecords = {
  /** Oldest first. */
  readonly summaries: readonly SnapshotRecord["summary"][];
  readonly states: ReadonlyMap<string, NotedState>;
  readonly findings: readonly Finding[];
};

/**
 * All snapshots of a vault, remembered from one listing to the next. What lies in a vault never changes, so that who
 * lists every half minute reads only what is new, and is given the same records while nothing is; what is damaged is
 * looked at again each time. Remembers no more than there is, and lets others have a turn while much is read.
 */
export class Listing {
  readonly #summaries: Memory<SnapshotRecord["summary"]> = new Map();
  readonly #notes: Memory<StoredNote> = new Map();
  #last: ListedRecords | undefined;
  #reads = 0;

  async read(store: BlobStore, master: Uint8Array): Promise<ListedRecords> {
    const [infos, notesThere] = [await snapshotInfos(store), await noteInfos(store)];
    const isAsBefore = isRemembered(this.#summaries, infos) && isRemembered(this.#notes, notesThere);
    if (this.#last !== undefined && isAsBefore) return this.#last;
    // What one read remembers is not in the list of another that goes on beside it: only the last to begin may be kept.
    this.#last = undefined;
    this.#reads += 1;
    const read = this.#reads;
    const findings: Finding[] = [];
    const summaries = await remembered(this.#summaries, oldestFirst(infos), async (key) => {
      const found = await tryRecord(store, master, idOfKey(key));
      if (found === undefined || "format" in found) return found?.summary;
      findings.push(found);
      return undefined;
    });
    const notes = await remembered(this.#notes, notesThere, (key) => readStoredNote(store, master, key));
    const listed = { summaries, states: statesOf(notes), findings };
    if (read === this.#reads) this.#last = listed;
    return listed;
  }
}

type Memory<Value> = Map<string, { readonly stamp: string; readonly value: Value }>;

const stampOf = ({ sizeBytes, modifiedAt }: BlobInfo): string => `${sizeBytes} ${modifiedAt}`;

/** These are there and no others. What could not be read is never remembered. */
const isRemembered = (memory: Memory<unknown>, infos: readonly BlobInfo[]): boolean =>
  infos.length === memory.size && infos.every((info) => memory.get(info.key)?.stamp === stampOf(info));

/** So many are read before others have a turn. */
const atOnce = 32;

const remembered = async <Value>(
  memory: Memory<Value>,
  infos: readonly BlobInfo[],
  read: (key: string) => Promise<Value | undefined>,
): Promise<readonly Value[]> => {
  const values: Value[] = [];
  let fresh = 0;
  for (const info of infos) {
    const { key } = info;
    const stamp = stampOf(info);
    const known = memory.get(key);
    if (known?.stamp === stamp) {
      values.push(known.value);
      continue;
    }
    const value = await read(key);
    if (value !== undefined) {
      memory.set(key, { stamp, value });
      values.push(value);
    } else memory.delete(key);
    fresh += 1;
    if (fresh % atOnce === 0) await nextTurn();
  }
  const there = new Set(infos.map(({ key }) => key));
  for (const key of memory.keys()) if (!there.has(key)) memory.delete(key);
  return values;
};
