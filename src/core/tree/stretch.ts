import { frameNumber, maxChunkBytes, type ChunkPlace } from "../chunk/chunk-place.ts";
import { blockBytes } from "../chunk/cutter.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { idBytes } from "../manifest/entry.ts";
import { release } from "../system/release.ts";
import type { ChunkReader } from "./chunk-reader.ts";
import type { PresentFile } from "./present-file.ts";

/**
 * As much of a file as is put together at once. The pages of a database that has lived for a while lie in as many packs
 * as it has snapshots: fetched in the order of the file, each frame would be opened again and again.
 */
const stretchBytes = 8 * 1024 * 1024;

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

type Piece = { readonly place: ChunkPlace; readonly to: number };

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
   * Hands out each unit in the order of the file, and is empty again; of what is held only the length. The bytes are good
   * until `take` returns. Pages that `present` holds need no frame to be opened.
   */
  async pour(
    take: (bytes: Uint8Array, at: number) => void,
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
      take(cut(await this.#reader.frame(first.place), first.place), first.at);
      return;
    }
    const bytes = this.#room(wanted);
    const put = (frame: Uint8Array, { place, to }: Piece): void => {
      bytes.set(cut(frame, place), to);
    };
    const stored = units.filter((unit): unit is Stored => unit.place !== undefined && unit.to !== undefined);
    const pieces: Piece[] = stored.filter(({ place }) => !place.recipe);
    await this.#eachFrame(
      stored.filter(({ place }) => place.recipe),
      (frame, unit) => {
        const recipe = cut(frame, unit.place);
        for (let at = 0; at < recipe.length; at += idBytes) {
          const page = this.#page(recipe, at);
          const piece = { place: page, to: unit.to + unit.length };
          const held = present?.page(recipe, at, unit.position + unit.length, page);
          unit.length += page.length;
          if (unit.length > blockBytes) throw new Malformed("a recipe makes up more than a block");
          if (held !== undefined) {
            bytes.set(held, piece.to);
            continue;
          }
          // Pages that were new with their block lie beside its recipe.
          if (isSameFrame(page, unit.place)) put(frame, piece);
          else pieces.push(piece);
        }
      },
    );
    await this.#eachFrame(pieces, put);
    for (const { at, to, length } of units) {
      if (to === undefined) pass(length);
      else take(bytes.subarray(to, to + length), at);
    }
  }

  #page(recipe: Uint8Array, at: number): ChunkPlace {
    const page = this.#reader.place(recipe, at);
    if (page.recipe) throw new Malformed("a recipe names another");
    return page;
  }

  /** In the order in which the frames lie, so that each is opened once. */
  async #eachFrame<T extends Piece>(
    wanted: readonly T[],
    take: (frame: Uint8Array, piece: T) => void,
  ): Promise<void> {
    const frames = Map.groupBy(wanted, ({ place }) => frameNumber(place));
    for (const [, pieces] of [...frames].sort(([a], [b]) => a - b)) {
      const [one] = pieces;
      if (one === undefined) continue;
      const frame = await this.#reader.frame(one.place);
      for (const piece of pieces) take(frame, piece);
    }
  }

  #room(bytes: number): Buffer {
    if (this.#buffer.length < bytes) {
      release(this.#buffer);
      this.#buffer = Buffer.allocUnsafeSlow(bytes);
    }
    return this.#buffer;
  }
}

const isSameFrame = (a: ChunkPlace, b: ChunkPlace): boolean => a.pack === b.pack && a.frame === b.frame;

/** A frame that made room while it was waited for would give nothing at all. */
const cut = (frame: Uint8Array, { offset, length }: ChunkPlace): Uint8Array => {
  const bytes = frame.subarray(offset, offset + length);
  if (bytes.length !== length) throw new Error("a frame was given up while it was in use");
  return bytes;
};
