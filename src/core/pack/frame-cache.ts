import { setImmediate as breathe } from "node:timers/promises";
import { missing } from "../store/disk-store.ts";
import { release } from "../system/release.ts";
import type { BlobStore } from "../store/blob-store.ts";
import { openPack, readFrame, withoutLists, type OpenedPack, type PackFrames } from "./pack-reader.ts";

/**
 * Opened frames, the most recently used ones, up to a bound in bytes. A frame is found by its number through its pack's
 * footer, which is read once per pack. A frame that makes room is empty from then on: take what you need from one before
 * you wait for the next.
 */
export class FrameCache {
  readonly #store: BlobStore;
  readonly #master: Uint8Array;
  readonly #limitBytes: number;
  readonly #packs = new Map<string, Promise<PackFrames>>();
  readonly #frames = new Map<string, Uint8Array>();
  #heldBytes = 0;

  constructor(store: BlobStore, master: Uint8Array, limitBytes: number) {
    this.#store = store;
    this.#master = master;
    this.#limitBytes = limitBytes;
  }

  /** What is held already, without waiting. */
  held(pack: string, frame: number): Uint8Array | undefined {
    const key = `${pack}/${frame}`;
    const raw = this.#frames.get(key);
    if (raw === undefined) return undefined;
    this.#frames.delete(key);
    this.#frames.set(key, raw);
    return raw;
  }

  async frame(pack: string, frame: number): Promise<Uint8Array> {
    const held = this.held(pack, frame);
    if (held !== undefined) return held;
    // What the last frames left behind goes when the event loop turns.
    await breathe();
    const raw = await readFrame(this.#store, pack, await this.#opened(pack), frame);
    this.#keep(`${pack}/${frame}`, raw);
    return raw;
  }

  /** For a pack whose footer was damaged: frames that were found by walking. */
  adopt(pack: string, opened: OpenedPack): void {
    this.#packs.set(pack, Promise.resolve(withoutLists(opened)));
  }

  #opened(pack: string): Promise<PackFrames> {
    const known = this.#packs.get(pack);
    if (known !== undefined) return known;
    const opening = this.#open(pack);
    this.#packs.set(pack, opening);
    return opening;
  }

  async #open(pack: string): Promise<PackFrames> {
    const info = await this.#store.stat(`packs/${pack}`);
    if (info === undefined) throw missing(this.#store.name, `packs/${pack}`);
    return withoutLists(await openPack(this.#store, this.#master, info));
  }

  #keep(key: string, raw: Uint8Array): void {
    this.#frames.set(key, raw);
    this.#heldBytes += raw.length;
    for (const [oldest, bytes] of this.#frames) {
      if (this.#heldBytes <= this.#limitBytes) break;
      this.#frames.delete(oldest);
      this.#heldBytes -= bytes.length;
      release(bytes);
    }
  }
}
