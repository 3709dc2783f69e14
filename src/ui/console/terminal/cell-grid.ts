import { clustersOf, escapeEnd, glyphWidth, joinedEnd, loneWidth } from "../theme/index.ts";
import { blank, type Glyphs, noGlyph } from "./glyphs.ts";
import type { Styles } from "./styles.ts";

const escape = 0x1b;
const letterM = 0x6d;

/** What the cells of all grids are numbered by. */
export type Inks = { readonly glyphs: Glyphs; readonly styles: Styles };

/**
 * A rectangle of cells in two flat arrays. Lines come in as text with SGR colours and are read only when they differ
 * from the line that is there.
 */
export class CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Uint32Array;
  readonly styles: Uint16Array;
  readonly #inks: Inks;
  readonly #lines: (string | undefined)[];

  constructor(columns: number, rows: number, inks: Inks) {
    this.columns = columns;
    this.rows = rows;
    this.#inks = inks;
    this.glyphs = new Uint32Array(columns * rows).fill(blank);
    this.styles = new Uint16Array(columns * rows);
    this.#lines = Array.from<string | undefined>({ length: rows }).fill(undefined);
  }

  /** `same` when the text is what the row already shows; `tooWide` when a part of it did not fit and is lost. */
  setLine(row: number, text: string): "same" | "changed" | "tooWide" {
    if (this.#lines[row] === text) return "same";
    this.#lines[row] = text;
    return this.#read(row, text) ? "changed" : "tooWide";
  }

  #read(row: number, text: string): boolean {
    const { glyphs, styles } = this;
    const start = row * this.columns;
    const end = start + this.columns;
    let cell = start;
    let style = 0;
    let fits = true;
    const put = (glyph: number, columns: number): void => {
      if (columns === 0) return;
      if (cell + columns > end) {
        fits = false;
        return;
      }
      glyphs[cell] = glyph;
      styles[cell] = style;
      for (let more = 1; more < columns; more += 1) {
        glyphs[cell + more] = noGlyph;
        styles[cell + more] = style;
      }
      cell += columns;
    };
    for (let at = 0; at < text.length && fits;) {
      if (text.charCodeAt(at) === escape) {
        const stop = escapeEnd(text, at);
        if (text.charCodeAt(at + 1) === 0x5b && text.charCodeAt(stop - 1) === letterM) {
          style = this.#inks.styles.after(style, text.slice(at + 2, stop - 1));
        }
        at = stop;
        continue;
      }
      const lone = loneWidth(text, at);
      if (lone >= 0) {
        put(text.charCodeAt(at), lone);
        at += 1;
        continue;
      }
      const stop = joinedEnd(text, at);
      for (const glyph of clustersOf(text.slice(at, stop)))
        put(this.#inks.glyphs.idOf(glyph), glyphWidth(glyph));
      at = stop;
    }
    glyphs.fill(blank, cell, end);
    styles.fill(0, cell, end);
    return fits;
  }
}
