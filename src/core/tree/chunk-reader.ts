import { idHex } from "../chunk/chunk-id.ts";
import type { ChunkPlace } from "../chunk/chunk-place.ts";
import type { FrameCache } from "../pack/frame-cache.ts";
import { findListed } from "../pack/pack-format.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { idBytes, type IdList } from "../manifest/entry.ts";
import { joinBytes } from "../manifest/id-list.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";

/** A chunk that no pack holds. */
export class LostChunk extends Error {
  override readonly name = "LostChunk";
  readonly id: string;

  constructor(id: string) {
    super(`chunk ${id} is in no pack`);
    this.id = id;
  }
}

/** Frames with metadata that are looked through before the index: a save's, and some of those it took over from. */
const mostNear = 8;

/** Chunks by id. Answers at once when the frame is held, and loads it otherwise. */
export class ChunkReader {
  readonly #index: Pick<ChunkIndex, "table" | "packs">;
  readonly #frames: FrameCache;
  /** Where metadata was found last, the latest first. */
  #near: readonly ChunkPlace[] = [];

  constructor(index: Pick<ChunkIndex, "table" | "packs">, frames: FrameCache) {
    this.#index = index;
    this.#frames = frames;
  }

  /** Where a chunk lies, as far as any pack says that it has it. */
  known(ids: Uint8Array, at: number): ChunkPlace | undefined {
    return this.#index.table.find(ids, at);
  }

  place(ids: Uint8Array, at: number): ChunkPlace {
    const place = this.known(ids, at);
    if (place === undefined) throw new LostChunk(idHex(ids, at));
    return place;
  }

  packOf(place: ChunkPlace): string {
    const name = this.#index.packs[place.pack];
    if (name === undefined) throw new Malformed(`no pack number ${place.pack}`);
    return name;
  }

  /** The frame a chunk lies in. It was authenticated; it is good until the next wait. */
  async frame(place: ChunkPlace): Promise<Uint8Array> {
    return await this.#frames.frame(this.packOf(place), place.frame);
  }

  /** The stored bytes, not checked against the id: the frame they come from was authenticated. Good as long as it is. */
  stored(place: ChunkPlace): Uint8Array | Promise<Uint8Array> {
    const held = this.#frames.held(this.packOf(place), place.frame);
    return held === undefined ? this.#load(place) : held.subarray(place.offset, place.offset + place.length);
  }

  async #load(place: ChunkPlace): Promise<Uint8Array> {
    const frame = await this.frame(place);
    return frame.subarray(place.offset, place.offset + place.length);
  }

  /**
   * A chunk of metadata: small, and the caller's to keep. The frame was authenticated and says itself which chunk stands
   * where: who sealed it has hashed what he put there. Segments that were written together lie together, so that most are
   * found beside the one before, and the index, a piece of which would have to be unsealed for each, is not asked.
   */
  async checked(ids: Uint8Array, at: number): Promise<Uint8Array> {
    for (const near of this.#near) {
      const frame = this.#frames.held(this.packOf(near), near.frame);
      const found = frame === undefined ? undefined : findListed(frame, ids, at);
      if (frame !== undefined && found !== undefined) return copyOf(frame, found);
    }
    const place = this.place(ids, at);
    const frame = await this.frame(place);
    const found = findListed(frame, ids, at);
    if (found?.offset !== place.offset || found.length !== place.length)
      throw new Malformed(`chunk ${idHex(ids, at)} is not where it should be`);
    const others = this.#near.filter(
      ({ pack, frame: other }) => pack !== place.pack || other !== place.frame,
    );
    this.#near = [place, ...others].slice(0, mostNear);
    return copyOf(frame, found);
  }

  /** All ids of a list, nodes resolved. */
  async ids(list: IdList): Promise<Uint8Array> {
    if (list.kind === "inline") return list.ids;
    const nodes: Uint8Array[] = [];
    for (let at = 0; at < list.ids.length; at += idBytes) {
      const node = await this.checked(list.ids, at);
      if (node.length % idBytes !== 0) throw new Malformed("a node holds half an id");
      nodes.push(node);
    }
    return joinBytes(nodes);
  }
}

const copyOf = (frame: Uint8Array, { offset, length }: Pick<ChunkPlace, "offset" | "length">): Uint8Array =>
  Uint8Array.from(frame.subarray(offset, offset + length));
