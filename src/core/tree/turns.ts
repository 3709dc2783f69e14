import { maxFramesPerPack, type ChunkPlace } from "../chunk/chunk-place.ts";

/** Bytes of a frame and where they go. Pages that lie side by side in both are one. */
type Piece = { readonly offset: number; readonly to: number; length: number };

/** What is wanted of one frame. */
type Wanted<Unit> = {
  readonly one: ChunkPlace;
  readonly recipes: Unit[];
  readonly pieces: Piece[];
};

/** The frames that something is wanted of, in the order in which they are opened. */
export class Turns<Unit extends { readonly place: ChunkPlace; readonly to: number }> {
  readonly #frames = new Map<number, Wanted<Unit>>();
  readonly #ranks: Map<number, number>;

  /** Recipes and chunks; `to` is where the bytes go. */
  constructor(units: readonly Unit[]) {
    this.#ranks = ranksOf(units.map(({ place }) => place));
    for (const unit of units) {
      if (unit.place.recipe) this.#wantedOf(unit.place).recipes.push(unit);
      else this.want(unit.place, unit.to);
    }
  }

  want(place: ChunkPlace, to: number): void {
    addPiece(this.#wantedOf(place).pieces, place, to);
  }

  of({ pack, frame }: ChunkPlace): number {
    let rank = this.#ranks.get(pack);
    if (rank === undefined) {
      rank = this.#ranks.size;
      this.#ranks.set(pack, rank);
    }
    return rank * maxFramesPerPack + frame;
  }

  /** The turn after this one, or the first of another round; none when nothing is wanted any more. */
  next(at: number): number | undefined {
    let next: number | undefined;
    let first: number | undefined;
    for (const turn of this.#frames.keys()) {
      if (turn > at && (next === undefined || turn < next)) next = turn;
      if (first === undefined || turn < first) first = turn;
    }
    return next ?? first;
  }

  take(turn: number): Wanted<Unit> {
    const wanted = this.#frames.get(turn);
    if (wanted === undefined) throw new Error("the turn of a frame that nobody wants");
    this.#frames.delete(turn);
    return wanted;
  }

  #wantedOf(place: ChunkPlace): Wanted<Unit> {
    const turn = this.of(place);
    const known = this.#frames.get(turn);
    if (known !== undefined) return known;
    const wanted: Wanted<Unit> = { one: place, recipes: [], pieces: [] };
    this.#frames.set(turn, wanted);
    return wanted;
  }
}

/**
 * Packs in the order of their turns. Of a file that changed here and there most lies in its oldest packs: those of which
 * the fewest frames are wanted come first. Of packs that only pages lie in nothing else depends.
 */
const ranksOf = (places: readonly ChunkPlace[]): Map<number, number> => {
  const framesOf = new Map<number, Set<number>>();
  for (const { pack, frame } of places) {
    const frames = framesOf.get(pack) ?? new Set();
    framesOf.set(pack, frames.add(frame));
  }
  const packs = [...framesOf].toSorted(([, a], [, b]) => a.size - b.size);
  return new Map(packs.map(([pack], rank) => [pack, rank]));
};

export const addPiece = (pieces: Piece[], { offset, length }: ChunkPlace, to: number): void => {
  const last = pieces.at(-1);
  if (last !== undefined && last.offset + last.length === offset && last.to + last.length === to)
    last.length += length;
  else pieces.push({ offset, to, length });
};
