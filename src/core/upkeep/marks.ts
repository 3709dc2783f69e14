import { randomBytes } from "node:crypto";
import { Problem } from "../../ground/index.ts";
import type { BlobStore } from "../store/blob-store.ts";
import { isMissing } from "../store/disk-store.ts";
import { isRecord } from "../vault/snapshot-record.ts";
import { isDamage, sealObject, unsealObject } from "../vault/sealed-object.ts";

/**
 * The collector's announcements: packs that nothing seems to need. They are deleted a while after the announcement, if
 * still nothing needs them. A save that begins after it builds on none of them; one that was under way looks once more
 * before it commits.
 */
export type Mark = { readonly key: string; readonly createdAt: number; readonly packs: readonly string[] };

const prefix = "marks/";

export const readMarks = async (store: BlobStore, master: Uint8Array): Promise<readonly Mark[]> => {
  const marks: Mark[] = [];
  for (const { key } of await store.list(prefix)) {
    const mark = await readMark(store, master, key);
    if (mark !== undefined) marks.push(mark);
  }
  return marks;
};

/** Marks that cannot be read. */
export const damagedMarks = async (store: BlobStore, master: Uint8Array): Promise<readonly string[]> => {
  const damaged: string[] = [];
  for (const { key } of await store.list(prefix)) {
    if ((await readMark(store, master, key)) === undefined && (await store.stat(key)) !== undefined)
      damaged.push(key);
  }
  return damaged;
};

const readMark = async (store: BlobStore, master: Uint8Array, key: string): Promise<Mark | undefined> => {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(unsealObject(master, key, await store.get(key))).toString("utf8"),
    );
    if (!isRecord(value)) return undefined;
    const { createdAt, packs } = value;
    if (typeof createdAt !== "number" || !Array.isArray(packs)) return undefined;
    return { key, createdAt, packs: packs.filter((pack) => typeof pack === "string") };
  } catch (error) {
    // A mark that cannot be read announces nothing: its packs stay, which is the safe side. So does one just deleted.
    if (isDamage(error) || isMissing(error)) return undefined;
    throw error;
  }
};

export const putMark = async (
  store: BlobStore,
  master: Uint8Array,
  createdAt: number,
  packs: readonly string[],
): Promise<void> => {
  const key = `${prefix}${randomBytes(8).toString("hex")}`;
  await store.put(key, sealObject(master, key, Buffer.from(JSON.stringify({ createdAt, packs }))), {
    ifAbsent: true,
  });
};

/** Packs were announced since a writer began: it may build on some of them, and must begin again. */
export class Overtaken extends Problem {
  constructor() {
    super("OVERTAKEN", "Old packs were being cleared away at the same time.", {
      hint: "Run the command again; nothing is lost.",
    });
  }
}

/**
 * A writer's last look before it commits: what was announced since it began must be nothing it builds on, and all it
 * builds on must still be there, for a writer may take longer than an announcement lasts. What it took over from its
 * base needs no look as long as the base is there, because a collector counts what snapshots need.
 */
export const refuseWhenOvertaken = async (
  store: BlobStore,
  master: Uint8Array,
  before: readonly Mark[],
  buildsOn: ReadonlySet<string>,
): Promise<void> => {
  const known = new Set(before.map(({ key }) => key));
  for (const { key, packs } of await readMarks(store, master)) {
    if (!known.has(key) && packs.some((pack) => buildsOn.has(pack))) throw new Overtaken();
  }
  // In this order: an announcement goes only after the packs it names.
  for (const pack of buildsOn) if ((await store.stat(`packs/${pack}`)) === undefined) throw new Overtaken();
};

/** Packs of its own, and packs in which it found chunks. */
export const whatItBuildsOn = (
  own: readonly string[],
  index: {
    readonly packs: readonly string[];
    readonly table: { readonly isUsed: (pack: number) => boolean };
  },
): ReadonlySet<string> => {
  const packs = new Set(own);
  index.packs.forEach((name, number) => {
    if (index.table.isUsed(number)) packs.add(name);
  });
  return packs;
};
