import { maxChunkBytes, type ChunkPlace } from "../chunk/chunk-place.ts";
import { blockBytes } from "../chunk/cutter.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { idBytes } from "../manifest/entry.ts";
import { release } from "../system/release.ts";
import type { ChunkReader } from "./chunk-reader.ts";
import type { PresentFile } from "./present-file.ts";
import { addPiece, Turns } from "./turns.ts";

/**
 * As much of a file as is put together at once. The pages of a database that has lived for a while lie in as many packs
 * as it has snapshots: fetched in the order of the file, each frame would be opened again and again.
 */
const stretchBytes = 8 * 1024 * 1024;

/** `at` is where its id stands. */
export type PouredUnit = { readonly at: number; readonly length: number };

/**
 * Its bytes stand from `to` on; a recipe may turn out shorter than the room that was kept for it. `place` is absent when
 * they were at hand, `to` as well when they are in the file already. `position` is where they belong in the file.
 */
type Unit = {
  readonly at: number;
  readonly place: ChunkPlace | undefined;
  readonly position: number;
  readonly to: number | undefined;
  length: number;
};

type Stored = Unit & { readonly place: ChunkPlace; readonly to: number };

type Opened = { readonly turn: number; readonly frame: Uint8Array };

/**
 * Units of a file that follow each other: chunks, and pages by their recipes. They are gathered first and then fetched
 * frame by frame. Who pours many files keeps one for all of them.
 */
export class Stretch {
  readonly #reader: ChunkReader;
  readonly #units: Unit[] = [];
  #buffer = Buffer.alloc(0);
  #wanted = 0;

  constructor(reader: ChunkReader) {
    this.#reader = reader;
  }

  get isFull(): boolean {
    return this.#wanted + maxChunkBytes > stretchBytes;
  }

  get isEmpty(): boolean {
    return this.#units.length === 0;
  }

  /** A unit that stands at `position` of the file; says how long it should be. */
  add(at: number, place: ChunkPlace, position: number): number {
    this.#units.push({ at, place, position, to: this.#wanted, length: place.recipe ? 0 : place.length });
    const room = place.recipe ? blockBytes : place.length;
    this.#wanted += room;
    return room;
  }

  /** A unit whose bytes are at hand: copied, because what comes before it is not there yet. */
  addBytes(at: number, bytes: Uint8Array): void {
    this.#room(stretchBytes).set(bytes, this.#wanted);
    this.#units.push({ at, place: undefined, position: 0, to: this.#wanted, length: bytes.length });
    this.#wanted += bytes.length;
  }

  /** A unit that needs nothing: it only keeps its place among the others. */
  addHeld(at: number, length: number): void {
    this.#units.push({ at, place: undefined, position: 0, to: undefined, length });
  }

  /**
   * Hands out the units in the order of the file, as many at once as lie side by side, and is empty again; of what is held
   * only the length. The bytes are good until `take` returns. Pages that `present` holds need no frame to be opened.
   */
  async pour(
    take: (bytes: Uint8Array, units: readonly PouredUnit[]) => void,
    pass: (length: number) => void,
    present?: PresentFile,
  ): Promise<void> {
    const units = this.#units.splice(0);
    const wanted = this.#wanted;
    this.#wanted = 0;
    const [first] = units;
    if (first === undefined) return;
    if (units.length === 1 && first.place?.recipe === false) {
      // Most files are one chunk, which need not be copied.
      take(cut(await this.#reader.frame(first.place), first.place), units);
      return;
    }
    const bytes = this.#room(wanted);
    await this.#fetch(units, bytes, present);
    for (let from = 0; from < units.length;) {
      const { to, length } = units[from] ?? first;
      if (to === undefined) {
        pass(length);
        from += 1;
        continue;
      }
      let [end, next] = [to, from];
      for (let unit = units[next]; unit?.to === end; unit = units[next]) {
        end += unit.length;
        next += 1;
      }
      take(bytes.subarray(to, end), units.slice(from, next));
      from = next;
    }
  }

  /**
   * Each frame is opened about once. A recipe names pages beside it, at the end of the frame before, and in older packs:
   * so these come last, and when it is their turn, all that is wanted of them is known. What turns out to be wanted of a
   * frame that has had its turn waits for another round.
   */
  async #fetch(units: readonly Unit[], bytes: Buffer, present: PresentFile | undefined): Promise<void> {
    const turns = new Turns(units.filter(isStored));
    let before: Opened | undefined;
    for (let turn = turns.next(-Infinity); turn !== undefined; turn = turns.next(turn)) {
      const wanted = turns.take(turn);
      const frame = await this.#reader.frame(wanted.one);
      for (const unit of wanted.recipes) {
        this.#expand(unit, cut(frame, unit.place), present, (page, to, held) => {
          const its = turns.of(page);
          if (held !== undefined) bytes.set(held, to);
          else if (its === turn) addPiece(wanted.pieces, page, to);
          // The frame before may have had to make room.
          else if (its === before?.turn && before.frame.length > 0) bytes.set(cut(before.frame, page), to);
          else turns.want(page, to);
        });
      }
      for (const { offset, to, length } of wanted.pieces) bytes.set(cut(frame, { offset, length }), to);
      before = { turn, frame };
    }
  }

  /** A unit becomes its pages. */
  #expand(
    unit: Stored,
    recipe: Uint8Array,
    present: PresentFile | undefined,
    put: (page: ChunkPlace, to: number, held: Uint8Array | undefined) => void,
  ): void {
    for (let at = 0; at < recipe.length; at += idBytes) {
      const page = this.#reader.place(recipe, at);
      if (page.recipe) throw new Malformed("a recipe names another");
      const to = unit.to + unit.length;
      const held = present?.page(recipe, at, unit.position + unit.length, page);
      unit.length += page.length;
      if (unit.length > blockBytes) throw new Malformed("a recipe makes up more than a block");
      put(page, to, held);
    }
  }

  #room(bytes: number): Buffer {
    if (this.#buffer.length < bytes) {
      release(this.#buffer);
      // At once as large as it can get: what nobody writes to takes no memory, and what grows leaves holes behind.
      this.#buffer = Buffer.allocUnsafeSlow(bytes > maxChunkBytes ? stretchBytes : maxChunkBytes);
    }
    return this.#buffer;
  }
}

const isStored = (unit: Unit): unit is Stored => unit.place !== undefined && unit.to !== undefined;

/** A frame that made room while it was waited for would give nothing at all. */
const cut = (frame: Uint8Array, { offset, length }: Pick<ChunkPlace, "offset" | "length">): Uint8Array => {
  const bytes = frame.subarray(offset, offset + length);
  if (bytes.length !== length) throw new Error("a frame was given up while it was in use");
  return bytes;
};
