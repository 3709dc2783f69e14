import { CellGrid, type Inks } from "./cell-grid.ts";
import { width } from "../theme/index.ts";
import { blank, noGlyph } from "./glyphs.ts";
import { clipped, type Rectangle, sameRectangle, type Size } from "./rectangle.ts";

/** A frame or a pane that does not have the size it was asked for. */
export type Misfit = {
  readonly kind: "frame-too-tall" | "frame-too-wide" | "pane-wrong-height" | "pane-too-wide";
  /** The pane, or "frame". */
  readonly what: string;
  readonly wanted: number;
  readonly got: number;
};

type Region = {
  place: Rectangle;
  paint: () => readonly string[];
  cells: CellGrid;
  isDue: boolean;
  readonly isInFront: boolean;
};

/**
 * What the next frame looks like: Ink's frame at the back, live regions spliced over it column by column, and covers,
 * which are holes in the regions through which Ink's dialogs show.
 *
 * Regions are painted when a frame is composed and not when they are told of a change: while a frame is on its way to
 * a slow terminal, nothing is painted that nobody would see.
 */
export class Stage {
  readonly inks: Inks;
  readonly #report: (misfit: Misfit) => void;
  #base: CellGrid;
  #composed: CellGrid;
  #dueRows: Uint8Array;
  readonly #regions = new Map<string, Region>();
  readonly #covers = new Map<string, Rectangle>();

  constructor(size: Size, inks: Inks, report: (misfit: Misfit) => void) {
    this.inks = inks;
    this.#report = report;
    this.#base = new CellGrid(size.columns, size.rows, inks);
    this.#composed = new CellGrid(size.columns, size.rows, inks);
    this.#dueRows = new Uint8Array(size.rows).fill(1);
  }

  get size(): Size {
    return this.#base;
  }

  /** A whole frame from Ink, one text a line. What does not fit is left out; `judge` says so. */
  setFrame(lines: readonly string[]): void {
    for (let row = 0; row < this.#base.rows; row += 1) {
      if (this.#base.setLine(row, lines[row] ?? "") !== "same") this.#dueRows[row] = 1;
    }
  }

  /** Reports a frame that is larger than the screen. */
  judge(lines: readonly string[]): void {
    const { rows, columns } = this.#base;
    if (lines.length > rows) {
      this.#report({ kind: "frame-too-tall", what: "frame", wanted: rows, got: lines.length });
    }
    for (const [row, line] of lines.entries()) {
      // Columns cost at least one unit of text each: nearly every line is known to fit without being measured.
      const got = line.length > columns ? width(line) : 0;
      if (got > columns)
        this.#report({ kind: "frame-too-wide", what: `frame row ${row}`, wanted: columns, got });
    }
  }

  /**
   * Places a live region, moves it, or gives it another painter. Later ones lie over earlier ones, and those in front
   * over all others.
   */
  place(id: string, place: Rectangle, paint: () => readonly string[], isInFront = false): void {
    const known = this.#regions.get(id);
    if (known !== undefined && sameRectangle(known.place, place)) {
      known.paint = paint;
      known.isDue = true;
      return;
    }
    if (known !== undefined) this.#markRows(known.place);
    this.#regions.set(id, {
      place,
      paint,
      cells: new CellGrid(Math.max(0, place.width), Math.max(0, place.height), this.inks),
      isDue: true,
      isInFront,
    });
    this.#markRows(place);
    if (isInFront) return;
    const front = [...this.#regions].filter(([, each]) => each.isInFront);
    for (const [other, region] of front) {
      this.#regions.delete(other);
      this.#regions.set(other, region);
    }
  }

  /** The region has something new to show. */
  touch(id: string): void {
    const region = this.#regions.get(id);
    if (region !== undefined) region.isDue = true;
  }

  remove(id: string): void {
    const region = this.#regions.get(id);
    if (region === undefined) return;
    this.#regions.delete(id);
    this.#markRows(region.place);
  }

  cover(id: string, place: Rectangle): void {
    const known = this.#covers.get(id);
    if (known !== undefined && sameRectangle(known, place)) return;
    if (known !== undefined) this.#markRows(known);
    this.#covers.set(id, place);
    this.#markRows(place);
  }

  uncover(id: string): void {
    const known = this.#covers.get(id);
    if (known === undefined) return;
    this.#covers.delete(id);
    this.#markRows(known);
  }

  /** Another screen size: nothing of the old frame holds. Regions stay where they are until they are placed again. */
  resize(size: Size): void {
    this.#base = new CellGrid(size.columns, size.rows, this.inks);
    this.#composed = new CellGrid(size.columns, size.rows, this.inks);
    this.#dueRows = new Uint8Array(size.rows).fill(1);
  }

  /** Forgets every cell and starts the tables of glyphs and styles anew; the next frame must be set whole. */
  restart(lines: readonly string[]): void {
    this.inks.glyphs.clear();
    this.inks.styles.clear();
    this.resize(this.size);
    for (const region of this.#regions.values()) {
      region.cells = new CellGrid(region.cells.columns, region.cells.rows, this.inks);
      region.isDue = true;
    }
    this.setFrame(lines);
  }

  /** The cells of the next frame. The grid belongs to the stage and is valid until the next call. */
  compose(): CellGrid {
    for (const [id, region] of this.#regions) {
      if (region.isDue) this.#paint(id, region);
    }
    for (let row = 0; row < this.#dueRows.length; row += 1) {
      if (this.#dueRows[row] === 1) this.#composeRow(row);
    }
    this.#dueRows.fill(0);
    return this.#composed;
  }

  #paint(id: string, region: Region): void {
    region.isDue = false;
    const { cells, place } = region;
    const lines = region.paint();
    if (lines.length !== cells.rows) {
      this.#report({ kind: "pane-wrong-height", what: id, wanted: cells.rows, got: lines.length });
    }
    for (let row = 0; row < cells.rows; row += 1) {
      const outcome = cells.setLine(row, lines[row] ?? "");
      if (outcome === "same") continue;
      const due = place.top + row;
      if (due >= 0 && due < this.#dueRows.length) this.#dueRows[due] = 1;
      if (outcome === "tooWide") {
        this.#report({
          kind: "pane-too-wide",
          what: `${id} row ${row}`,
          wanted: cells.columns,
          got: cells.columns + 1,
        });
      }
    }
  }

  #markRows(place: Rectangle): void {
    const { top, height } = clipped(place, this.#base);
    this.#dueRows.fill(1, top, top + height);
  }

  #composeRow(row: number): void {
    const { columns } = this.#base;
    const start = row * columns;
    this.#composed.glyphs.set(this.#base.glyphs.subarray(start, start + columns), start);
    this.#composed.styles.set(this.#base.styles.subarray(start, start + columns), start);
    for (const region of this.#regions.values()) {
      const { place, cells } = region;
      if (row < place.top || row >= place.top + place.height) continue;
      const { left, width } = clipped(place, this.#base);
      this.#splice(row, left, left + width, cells, (row - place.top) * cells.columns - place.left);
    }
  }

  /** Copies the columns [from, to) of one row of a region, but for those under a cover. `offset` + column = its cell. */
  #splice(row: number, from: number, to: number, cells: CellGrid, offset: number): void {
    let column = from;
    while (column < to) {
      let stop = to;
      let skip = column;
      for (const cover of this.#covers.values()) {
        if (row < cover.top || row >= cover.top + cover.height || cover.width <= 0) continue;
        const end = cover.left + cover.width;
        if (cover.left <= column && end > column) skip = Math.max(skip, end);
        else if (cover.left > column) stop = Math.min(stop, cover.left);
      }
      if (skip > column) {
        column = skip;
        continue;
      }
      this.#copy(cells, offset, row, column, stop);
      column = stop;
    }
  }

  /** Half a glyph cannot be drawn: one that is cut by either edge, here or there, becomes blanks. */
  #copy(cells: CellGrid, offset: number, row: number, from: number, to: number): void {
    const { glyphs, styles, columns } = this.#composed;
    const start = row * columns;
    const isCutBefore = glyphs[start + from] === noGlyph;
    const isCutAfter = to < columns && glyphs[start + to] === noGlyph;
    if (isCutBefore) blankBack(glyphs, start + from - 1);
    if (isCutAfter) blankOn(glyphs, start + to, start + columns);
    glyphs.set(cells.glyphs.subarray(offset + from, offset + to), start + from);
    styles.set(cells.styles.subarray(offset + from, offset + to), start + from);
    const rowEnd = (Math.floor((offset + from) / cells.columns) + 1) * cells.columns;
    const goesOn = offset + to < rowEnd && cells.glyphs[offset + to] === noGlyph;
    if (goesOn) blankBack(glyphs, start + to - 1);
    blankOn(glyphs, start + from, start + to);
  }
}

/** Blanks what belongs to the glyph of which the cell at `last` is a part, up to and including that cell. */
const blankBack = (glyphs: Uint32Array, last: number): void => {
  let at = last;
  while (at > 0 && glyphs[at] === noGlyph) {
    glyphs[at] = blank;
    at -= 1;
  }
  glyphs[at] = blank;
};

/** Blanks the later parts of a glyph whose first part is gone. */
const blankOn = (glyphs: Uint32Array, from: number, end: number): void => {
  for (let at = from; at < end && glyphs[at] === noGlyph; at += 1) glyphs[at] = blank;
};
