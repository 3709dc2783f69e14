import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf } from "../../ground/index.ts";
import { idOf, sameId } from "../chunk/chunk-id.ts";
import type { ChunkPlace } from "../chunk/chunk-place.ts";
import { blockBytes, chunkSizes, makeCutter, type Cutter } from "../chunk/cutter.ts";
import type { BytePath } from "../manifest/byte-path.ts";
import type { Content } from "../manifest/entry.ts";
import type { Reach } from "../source/reach.ts";

/** As much as a chunk can have, so that each fits. */
const windowBytes = 1 << 20;
/** Read in one go: hashed and copied while a processor still has it at hand. */
const strideBytes = 256 * 1024;
/** Text that was pushed along does not come back to its old place: after so many pieces in a row the rest is not tried. */
const patience = 8;

/** Files that lie somewhere on this host and may hold, piece by piece, what a snapshot holds. One is open at a time. */
export class PresentFiles {
  readonly #reach: Reach;
  readonly #window = Buffer.allocUnsafeSlow(windowBytes);
  #cutter: Cutter | undefined;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** Neither through a link that took the file's place nor waiting for the writer of a fifo that did. */
  open(path: BytePath): PresentFile | { readonly reason: string } {
    try {
      const file = openSync(
        this.#reach.at(path),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      const stat = fstatSync(file);
      if (stat.isFile()) return this.#of(file, stat.size);
      closeSync(file);
      return { reason: "no longer a file" };
    } catch (error) {
      return { reason: errnoOf(error) ?? String(error) };
    }
  }

  /** One that its caller has opened, and closes. */
  over(file: number): PresentFile {
    return this.#of(file, fstatSync(file).size);
  }

  #of(file: number, sizeBytes: number): PresentFile {
    return new PresentFile(file, sizeBytes, this.#window, () => this.#cut());
  }

  #cut(): Cutter {
    return (this.#cutter ??= makeCutter(chunkSizes.max));
  }
}

/**
 * A file as it is now, held against the ids of a snapshot: nothing it says of itself, its times least of all, makes its
 * bytes a snapshot's, only their hash. It may change, shrink or go at any moment; what is handed out was read once,
 * hashed, and is the caller's until he asks for more.
 */
export class PresentFile implements Disposable {
  readonly sizeBytes: number;
  readonly file: number;
  readonly #window: Buffer;
  readonly #cutter: () => Cutter;
  #from = 0;
  #filled = 0;
  #missed = 0;
  /** Of what it was asked for, it held so much. */
  heldBytes = 0;

  constructor(file: number, sizeBytes: number, window: Buffer, cutter: () => Cutter) {
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.#window = window;
    this.#cutter = cutter;
  }

  /**
   * The unit of a content whose id stands at `at` of `ids`, when it stands at `position` here; `left` is what the content
   * has from there on, `place` where the vault has it, if it does.
   */
  unit(
    ids: Uint8Array,
    at: number,
    content: Content,
    position: number,
    left: number,
    place: ChunkPlace | undefined,
  ): Uint8Array | undefined {
    const blocks = content.database || content.layout === "sparse";
    if (!blocks && this.#missed >= patience) return undefined;
    const length =
      place === undefined || place.recipe
        ? blocks || place !== undefined
          ? Math.min(blockBytes, left)
          : this.#cutAt(position, left)
        : place.length;
    const found = this.#piece(ids, at, position, length);
    this.#missed = found === undefined ? this.#missed + 1 : 0;
    return found;
  }

  /** Likewise a page of a unit that is stored as the list of its pages. */
  page(ids: Uint8Array, at: number, position: number, place: ChunkPlace | undefined): Uint8Array | undefined {
    return place === undefined ? undefined : this.#piece(ids, at, position, place.length);
  }

  #piece(ids: Uint8Array, at: number, position: number, length: number): Uint8Array | undefined {
    const bytes = this.bytes(position, length);
    if (bytes === undefined || !sameId(idOf(bytes), 0, ids, at)) return undefined;
    this.heldBytes += length;
    return bytes;
  }

  /** So many bytes from `position` on, when there are. */
  bytes(position: number, length: number): Uint8Array | undefined {
    if (position + length > this.sizeBytes || length > this.#window.length) return undefined;
    if (position < this.#from || position + length > this.#from + this.#filled) this.#fill(position, length);
    const start = position - this.#from;
    return start + length > this.#filled ? undefined : this.#window.subarray(start, start + length);
  }

  #fill(position: number, atLeast: number): void {
    this.#from = position;
    this.#filled = 0;
    const wanted = Math.min(Math.max(atLeast, strideBytes), this.sizeBytes - position);
    try {
      while (this.#filled < atLeast) {
        const read = readSync(
          this.file,
          this.#window,
          this.#filled,
          wanted - this.#filled,
          position + this.#filled,
        );
        // It has become shorter.
        if (read === 0) return;
        this.#filled += read;
      }
    } catch (error) {
      // A place that the disk cannot read any more is one that does not hold what is wanted.
      if (errnoOf(error) === undefined) throw error;
    }
  }

  /** How long a piece is that the vault has lost: as long as cutting it again makes it. */
  #cutAt(position: number, left: number): number {
    const { window, cut } = this.#cutter();
    const bytes = this.bytes(position, Math.min(left, window.length, this.sizeBytes - position));
    if (bytes === undefined) return left;
    window.set(bytes);
    return left <= chunkSizes.wanted ? left : cut(0, bytes.length);
  }

  [Symbol.dispose](): void {
    closeSync(this.file);
  }
}
