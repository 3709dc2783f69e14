import { randomBytes } from "node:crypto";
import { deriveKey, newSalt, seal } from "../keys/seal.ts";
import { release } from "../system/release.ts";
import type { Draft, VaultStore } from "../store/blob-store.ts";
import { maxFramesPerPack } from "../chunk/chunk-place.ts";
import { compress, type Compression } from "./codec.ts";
import {
  ChunkLister,
  encodeFooter,
  encodeFrameHeader,
  encodeTrailer,
  footerCounter,
  frameDataBytes,
  packHeaderBytes,
  packMagic,
  packTargetBytes,
  type FooterFrame,
} from "./pack-format.ts";

export type PackWriterOptions = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly compression: Compression;
};

type OpenPack = {
  readonly draft: Draft;
  readonly key: Buffer;
  readonly frames: FooterFrame[];
  readonly listed: ChunkLister;
  bytes: number;
};

/**
 * Chunks in, packs out. Chunks gather in one buffer until a frame is full; a frame is compressed, sealed and written;
 * a pack that has grown to its size is synced and published. Holds one frame and the lists of one pack.
 */
export class PackWriter {
  readonly #options: PackWriterOptions;
  /** Data of the frame, and room for its list: a frame of the smallest pages lists 2,048 chunks of 24 bytes. */
  readonly #frame = Buffer.allocUnsafeSlow(frameDataBytes + 128 * 1024);
  readonly #list = new ChunkLister();
  readonly #published: string[] = [];
  readonly #publishing: Promise<void>[] = [];
  #filled = 0;
  #pack: OpenPack | undefined;
  #compression: Compression;
  /** A write that failed half-way leaves no pack that could be gone on with. */
  #failed: { readonly cause: unknown } | undefined;
  #storedBytes = 0;
  #newBytes = 0;

  constructor(options: PackWriterOptions) {
    this.#options = options;
    this.#compression = options.compression;
  }

  /** Names of the packs that are whole, once it has been finished. */
  get published(): readonly string[] {
    return this.#published;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** Before compression. */
  get newBytes(): number {
    return this.#newBytes;
  }

  /** The content is copied: the caller's buffer is free again at once. */
  add(id: Uint8Array, idAt: number, content: Uint8Array, recipe: boolean): void {
    const room = frameDataBytes - this.#filled;
    const listRoom = this.#frame.length - this.#filled - content.length - 4 - (this.#list.count + 1) * 24;
    if (content.length > room || listRoom < 0) this.#flushFrame();
    this.#frame.set(content, this.#filled);
    this.#filled += content.length;
    this.#newBytes += content.length;
    this.#list.add(id, idAt, content.length, recipe);
  }

  /**
   * What comes from here on, the manifest after the data, lies in frames of its own. They are packed with what Node itself
   * unpacks: who only looks into a list of files loads no native package for it.
   */
  beginManifest(): void {
    this.#flushFrame();
    if (this.#compression === "lz4") this.#compression = "zstd";
  }

  /** Publishes what is open. Nothing is visible under its name before its bytes are synced. */
  async finish(): Promise<void> {
    this.#flushFrame();
    this.#closePack();
    await Promise.all(this.#publishing);
  }

  /** Returns when nothing is being written any more. */
  async discard(): Promise<void> {
    this.#drop();
    await Promise.allSettled(this.#publishing);
  }

  #drop(): void {
    this.#pack?.draft.discard();
    this.#pack = undefined;
  }

  /** The pack that was begun is given up: no later one could stand for what it held. */
  #fail(error: unknown): void {
    this.#drop();
    this.#failed ??= { cause: error };
  }

  #flushFrame(): void {
    if (this.#failed !== undefined) throw this.#failed.cause;
    if (this.#list.count === 0) return;
    const pack = (this.#pack ??= this.#openPack());
    const list = this.#list.bytes;
    this.#frame.set(list, this.#filled);
    const rawBytes = this.#filled + list.length + 4;
    this.#frame.writeUInt32LE(this.#list.count, rawBytes - 4);
    const { codec, bytes } = compress(this.#frame.subarray(0, rawBytes), this.#compression);
    const storedBytes = bytes.length;
    const header = encodeFrameHeader({ storedBytes, rawBytes, codec });
    const { ciphertext, tag } = seal(pack.key, pack.frames.length, bytes, header);
    if (codec !== 0) release(bytes);
    try {
      pack.draft.write([header, ciphertext, tag]);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    const written = header.length + ciphertext.length + tag.length;
    pack.frames.push({
      at: pack.bytes,
      storedBytes,
      rawBytes,
      codec,
      chunkCount: this.#list.count,
    });
    let offset = 0;
    for (; offset < list.length; offset += 24) {
      const word = list.readUInt32LE(offset + 20);
      pack.listed.add(list, offset, word & 0x7fff_ffff, word >>> 31 === 1);
    }
    release(ciphertext);
    pack.bytes += written;
    this.#storedBytes += written;
    this.#filled = 0;
    this.#list.reset();
    if (pack.bytes >= packTargetBytes || pack.frames.length >= maxFramesPerPack) this.#closePack();
  }

  #openPack(): OpenPack {
    const salt = newSalt();
    const draft = this.#options.store.draft();
    draft.write([packMagic, salt]);
    return {
      draft,
      key: deriveKey(this.#options.master, salt, "pack"),
      frames: [],
      listed: new ChunkLister(),
      bytes: packHeaderBytes,
    };
  }

  #closePack(): void {
    if (this.#failed !== undefined) throw this.#failed.cause;
    const pack = this.#pack;
    if (pack === undefined) return;
    this.#pack = undefined;
    try {
      const raw = encodeFooter(pack.frames, pack.listed.bytes);
      const trailer = encodeTrailer(raw.length + 16, pack.frames.length);
      const { ciphertext, tag } = seal(pack.key, footerCounter, raw, trailer);
      pack.draft.write([ciphertext, tag, trailer]);
      this.#storedBytes += packHeaderBytes + ciphertext.length + tag.length + trailer.length;
    } catch (error) {
      pack.draft.discard();
      throw error;
    }
    const name = randomBytes(16).toString("hex");
    const publishing = pack.draft.publish(`packs/${name}`).then(
      () => {
        this.#published.push(name);
      },
      (error: unknown) => {
        this.#fail(error);
        throw error;
      },
    );
    // Who finishes hears of it.
    publishing.catch(() => undefined);
    this.#publishing.push(publishing);
  }
}
