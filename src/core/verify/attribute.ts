import { isHole, idHex } from "../chunk/chunk-id.ts";
import type { ChunkPlace } from "../chunk/chunk-place.ts";
import type { Finding } from "../findings.ts";
import { pathText } from "../manifest/byte-path.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { idBytes, type Entry, type IdList } from "../manifest/entry.ts";
import { decodeSegment } from "../manifest/segment-walk.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { isLoss } from "../tree/loss.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";

/**
 * From chunks to what they hurt: walks the manifests of snapshots and names every file that needs a chunk which is
 * damaged or missing, or lies in a pack of which nothing could be checked. What several snapshots share is walked once.
 */
export class Attribution {
  readonly #reader: ChunkReader;
  readonly #index: ChunkIndex;
  readonly #damaged: ReadonlySet<string>;
  readonly #lostPacks: ReadonlySet<number>;
  readonly #elsewhere: (path: string) => boolean;
  /** Hurt paths of a segment, by its id. */
  readonly #segments = new Map<string, readonly Hurt[]>();
  readonly #recipes = new Map<string, boolean>();

  constructor(
    reader: ChunkReader,
    index: ChunkIndex,
    damaged: ReadonlySet<string>,
    lostPacks: ReadonlySet<number>,
    elsewhere: (path: string) => boolean,
  ) {
    this.#reader = reader;
    this.#index = index;
    this.#damaged = damaged;
    this.#lostPacks = lostPacks;
    this.#elsewhere = elsewhere;
  }

  async findingsOf({ summary, tree }: SnapshotRecord): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    let ids: Uint8Array;
    try {
      ids = await this.#listed(tree);
    } catch (error) {
      return [manifestDamaged(summary.id, error)];
    }
    for (let at = 0; at < ids.length; at += idBytes) {
      try {
        for (const hurt of await this.#segment(ids, at)) findings.push(fileDamaged(summary.id, hurt));
      } catch (error) {
        findings.push(manifestDamaged(summary.id, error));
      }
    }
    return findings;
  }

  async #segment(ids: Uint8Array, at: number): Promise<readonly Hurt[]> {
    const key = idHex(ids, at);
    const known = this.#segments.get(key);
    if (known !== undefined) return known;
    const hurt: Hurt[] = [];
    this.#refuseDamaged(ids, at);
    for (const entry of decodeSegment(await this.#reader.checked(ids, at))) {
      const object = await this.#hurtBy(entry);
      if (object !== undefined) hurt.push({ path: pathText(entry.path), object });
    }
    this.#segments.set(key, hurt);
    return hurt;
  }

  /** The first object that keeps a file from being whole. */
  async #hurtBy({ path, node }: Entry): Promise<string | undefined> {
    if (node.type !== "file") return undefined;
    const { list, layout } = node.content;
    const ids = await this.#idsOf(list);
    if (!(ids instanceof Uint8Array)) return ids.lost;
    if (this.#elsewhere(pathText(path))) return undefined;
    for (let at = 0; at < ids.length; at += idBytes) {
      if (layout === "sparse" && isHole(ids, at)) continue;
      if (await this.#isHurt(ids, at)) return idHex(ids, at);
    }
    return undefined;
  }

  async #idsOf(list: IdList): Promise<Uint8Array | { readonly lost: string }> {
    try {
      return await this.#listed(list);
    } catch (error) {
      if (!isLoss(error)) throw error;
      return { lost: idHex(list.ids) };
    }
  }

  async #listed(list: IdList): Promise<Uint8Array> {
    if (list.kind === "nodes")
      for (let at = 0; at < list.ids.length; at += idBytes) this.#refuseDamaged(list.ids, at);
    return await this.#reader.ids(list);
  }

  /** What the check of the packs found is what counts: the reader may hold a frame from before it was damaged. */
  #refuseDamaged(ids: Uint8Array, at: number): void {
    const place = this.#index.table.find(ids, at);
    if (place !== undefined && this.#isDamaged(ids, at, place))
      throw new Malformed(`chunk ${idHex(ids, at)} is damaged`);
  }

  #isDamaged(ids: Uint8Array, at: number, { pack }: ChunkPlace): boolean {
    return this.#lostPacks.has(pack) || (this.#damaged.size > 0 && this.#damaged.has(idHex(ids, at)));
  }

  async #isHurt(ids: Uint8Array, at: number): Promise<boolean> {
    const place = this.#index.table.find(ids, at);
    if (place === undefined) return true;
    if (this.#isDamaged(ids, at, place)) return true;
    if (!place.recipe || (this.#damaged.size === 0 && this.#lostPacks.size === 0)) return false;
    const key = idHex(ids, at);
    const known = this.#recipes.get(key);
    if (known !== undefined) return known;
    const hurt = await this.#recipeIsHurt(ids, at);
    this.#recipes.set(key, hurt);
    return hurt;
  }

  async #recipeIsHurt(ids: Uint8Array, at: number): Promise<boolean> {
    let pages: Uint8Array;
    try {
      pages = await this.#reader.stored(this.#reader.place(ids, at));
    } catch (error) {
      if (!isLoss(error)) throw error;
      return true;
    }
    for (let page = 0; page < pages.length; page += idBytes) {
      const place = this.#index.table.find(pages, page);
      if (place === undefined || this.#isDamaged(pages, page, place)) return true;
    }
    return false;
  }
}

type Hurt = { readonly path: string; readonly object: string };

const fileDamaged = (snapshot: string, { path, object }: Hurt): Finding => ({
  code: "FILE_DAMAGED",
  snapshot,
  path,
  object,
  message: `${path} in ${snapshot} is not whole: chunk ${object} is damaged or missing.`,
  hint: "Take this file from another snapshot. If the file is still as it was, the next snapshot stores it anew.",
});

const manifestDamaged = (snapshot: string, error: unknown): Finding => {
  if (!isLoss(error)) throw error;
  return {
    code: "MANIFEST_DAMAGED",
    snapshot,
    message: `Part of the list of files of ${snapshot} cannot be read: ${error.message}.`,
    hint: "The files it names are lost to this snapshot; other snapshots may list them still.",
  };
};
