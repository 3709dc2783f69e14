import { CellGrid, type Inks } from "./cell-grid.ts";
import { blank, isCertain, noGlyph } from "./glyphs.ts";

/** Up to so many unchanged cells are written again rather than jumped over: a jump costs as much. */
const bridgeLimit = 4;

/**
 * Turns the difference between what is on the screen and what should be into the bytes that make it so. The place of
 * the cursor is never taken for granted: each row begins with an absolute move, and so does whatever follows a glyph
 * about whose width terminals disagree.
 */
export class Painter {
  readonly #inks: Inks;
  #shown: CellGrid;
  #isUnknown = true;

  constructor(inks: Inks) {
    this.#inks = inks;
    this.#shown = new CellGrid(0, 0, inks);
  }

  /** What is on the screen is not known any more (it was resized, or somebody else drew on it). */
  forget(): void {
    this.#isUnknown = true;
  }

  /** The bytes that bring the screen from what was last returned to `next`; empty when nothing differs. */
  changes(next: CellGrid): string {
    let bytes = "";
    if (this.#isUnknown || next.columns !== this.#shown.columns || next.rows !== this.#shown.rows) {
      this.#isUnknown = false;
      this.#shown = new CellGrid(next.columns, next.rows, this.#inks);
      bytes = "\u001b[m\u001b[2J";
    }
    let style = 0;
    for (let row = 0; row < next.rows; row += 1) {
      if (this.#isSame(next, row)) continue;
      const drawn = this.#row(next, row, style);
      bytes += drawn.bytes;
      style = drawn.style;
    }
    this.#shown.glyphs.set(next.glyphs);
    this.#shown.styles.set(next.styles);
    return style === 0 ? bytes : `${bytes}\u001b[m`;
  }

  #isSame(next: CellGrid, row: number): boolean {
    const end = (row + 1) * next.columns;
    for (let cell = row * next.columns; cell < end; cell += 1) {
      if (!this.#isSameCell(next, cell)) return false;
    }
    return true;
  }

  #isSameCell(next: CellGrid, cell: number): boolean {
    return next.glyphs[cell] === this.#shown.glyphs[cell] && next.styles[cell] === this.#shown.styles[cell];
  }

  /** Column by column; `at` is where the cursor stands in this row, -1 where that is not certain. */
  #row(next: CellGrid, row: number, styleBefore: number): { bytes: string; style: number } {
    const start = row * next.columns;
    const written = this.#writtenEnd(next, start);
    let bytes = "";
    let style = styleBefore;
    let at = -1;
    const write = (column: number): number => {
      const glyph = next.glyphs[start + column] ?? blank;
      const wanted = next.styles[start + column] ?? 0;
      bytes += this.#inks.styles.change(style, wanted) + this.#inks.glyphs.textOf(glyph);
      style = wanted;
      let end = column + 1;
      while (end < next.columns && next.glyphs[start + end] === noGlyph) end += 1;
      // In the last column the cursor of some terminals waits and that of others does not.
      at = isCertain(glyph) && end < next.columns ? end : -1;
      return end;
    };
    for (let column = 0; column < written;) {
      const end = this.#glyphEnd(next, start, column);
      if (this.#isSameSpan(next, start + column, start + end)) {
        column = end;
        continue;
      }
      if (at !== column) {
        if (at >= 0 && this.#isBridge(next, start + at, start + column, style)) {
          while (at < column) write(at);
        } else {
          bytes += at >= 0 ? `\u001b[${column - at === 1 ? "" : column - at}C` : moveTo(row, column);
        }
      }
      column = write(column);
    }
    if (written < next.columns && !this.#isSameSpan(next, start + written, start + next.columns)) {
      // Erasing fills with the ground of the moment, so that one is the terminal's own first.
      bytes += this.#inks.styles.change(style, 0);
      style = 0;
      bytes += `${at === written ? "" : moveTo(row, written)}\u001b[K`;
    }
    return { bytes, style };
  }

  /** Where the row's plain blanks begin that reach to its end; a short run of them is not worth erasing. */
  #writtenEnd(next: CellGrid, start: number): number {
    let end = next.columns;
    while (end > 0 && next.glyphs[start + end - 1] === blank && next.styles[start + end - 1] === 0) end -= 1;
    return end;
  }

  #glyphEnd(next: CellGrid, start: number, column: number): number {
    let end = column + 1;
    while (end < next.columns && next.glyphs[start + end] === noGlyph) end += 1;
    return end;
  }

  #isSameSpan(next: CellGrid, from: number, to: number): boolean {
    for (let cell = from; cell < to; cell += 1) {
      if (!this.#isSameCell(next, cell)) return false;
    }
    return true;
  }

  #isBridge(next: CellGrid, from: number, to: number, style: number): boolean {
    if (to - from > bridgeLimit) return false;
    for (let cell = from; cell < to; cell += 1) {
      const glyph = next.glyphs[cell] ?? noGlyph;
      if (next.styles[cell] !== style || glyph < blank || glyph > 0x7e) return false;
    }
    return true;
  }
}

const moveTo = (row: number, column: number): string =>
  column === 0 ? (row === 0 ? "\u001b[H" : `\u001b[${row + 1}H`) : `\u001b[${row + 1};${column + 1}H`;
