import { setImmediate as breathe } from "node:timers/promises";
import { missing } from "../store/disk-store.ts";
import { release } from "../system/release.ts";
import type { BlobStore } from "../store/blob-store.ts";
import { openFrames, readFrame, withoutLists, type OpenedPack, type PackFrames } from "./pack-reader.ts";

/** What is read in order needs the frame before the one it is at, and no more. */
const fewOfPack = 2;

type Held = { readonly pack: string; readonly raw: Uint8Array };

/**
 * Opened frames, the most recently used ones, up to a bound in bytes; a pack that is read from end to end
 * makes room for itself, because a file that changed in many snapshots is read from all their packs side by side. A frame
 * is found by its number through its pack's footer, which is read once per pack. A frame that makes room is empty from
 * then on: take what you need from one before you wait for the next.
 */
export class FrameCache {
  readonly #store: BlobStore;
  readonly #master: Uint8Array;
  readonly #limitBytes: number;
  readonly #packs = new Map<string, Promise<PackFrames>>();
  readonly #frames = new Map<string, Held>();
  readonly #heldOf = new Map<string, number>();
  #heldBytes = 0;

  constructor(store: BlobStore, master: Uint8Array, limitBytes: number) {
    this.#store = store;
    this.#master = master;
    this.#limitBytes = limitBytes;
  }

  /** What is held already, without waiting. */
  held(pack: string, frame: number): Uint8Array | undefined {
    const key = `${pack}/${frame}`;
    const found = this.#frames.get(key);
    if (found === undefined) return undefined;
    this.#frames.delete(key);
    this.#frames.set(key, found);
    return found.raw;
  }

  async frame(pack: string, frame: number): Promise<Uint8Array> {
    const held = this.held(pack, frame);
    if (held !== undefined) return held;
    // What the last frames left behind goes when the event loop turns.
    await breathe();
    const raw = await readFrame(this.#store, pack, await this.#opened(pack), frame);
    // Somebody else may have asked for it meanwhile.
    const meanwhile = this.held(pack, frame);
    if (meanwhile !== undefined) {
      release(raw);
      return meanwhile;
    }
    this.#keep(`${pack}/${frame}`, { pack, raw });
    return raw;
  }

  /** For a pack whose footer was damaged: frames that were found by walking. */
  adopt(pack: string, opened: OpenedPack): void {
    this.#packs.set(pack, Promise.resolve(withoutLists(opened)));
  }

  /** Packs that have gone are not asked for again. */
  keepPacks(names: readonly string[]): void {
    const kept = new Set(names);
    for (const pack of this.#packs.keys()) if (!kept.has(pack)) this.#packs.delete(pack);
  }

  #opened(pack: string): Promise<PackFrames> {
    const known = this.#packs.get(pack);
    if (known !== undefined) return known;
    const opening = this.#open(pack);
    this.#packs.set(pack, opening);
    // What could not be read now may be there again when it is asked for next.
    opening.catch(() => this.#packs.delete(pack));
    return opening;
  }

  async #open(pack: string): Promise<PackFrames> {
    const info = await this.#store.stat(`packs/${pack}`);
    if (info === undefined) throw missing(this.#store.name, `packs/${pack}`);
    return await openFrames(this.#store, this.#master, info);
  }

  #keep(key: string, made: Held): void {
    this.#frames.set(key, made);
    this.#count(made, 1);
    while (this.#heldBytes > this.#limitBytes) {
      const spare = this.#spare();
      if (spare === undefined) return;
      const [name, held] = spare;
      this.#frames.delete(name);
      this.#count(held, -1);
      release(held.raw);
    }
  }

  #count({ pack, raw }: Held, by: 1 | -1): void {
    this.#heldBytes += by * raw.length;
    const held = (this.#heldOf.get(pack) ?? 0) + by;
    if (held === 0) this.#heldOf.delete(pack);
    else this.#heldOf.set(pack, held);
  }

  /** The one that was not used for longest, of a pack that holds many if there is one. */
  #spare(): readonly [string, Held] | undefined {
    let longest: readonly [string, Held] | undefined;
    for (const each of this.#frames) {
      if ((this.#heldOf.get(each[1].pack) ?? 0) > fewOfPack) return each;
      longest ??= each;
    }
    return longest;
  }
}
