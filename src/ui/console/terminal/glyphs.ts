import { glyphWidth } from "../theme/index.ts";

/**
 * Glyphs as small numbers: a single code point is its own number, a cluster of several gets one from a table behind
 * the last code point. 0 is no glyph: the second half of a wide one.
 */
export const noGlyph = 0;
export const blank = 0x20;

const firstCluster = 0x11_0000;

/** Bounded, since text from outside can bring any number of clusters. */
const clusterLimit = 8_192;

const ascii = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));

export class Glyphs {
  #clusters: string[] = [];
  #ids = new Map<string, number>();

  get isFull(): boolean {
    return this.#clusters.length >= clusterLimit;
  }

  clear(): void {
    this.#clusters = [];
    this.#ids.clear();
  }

  idOf(glyph: string): number {
    const point = glyph.codePointAt(0) ?? blank;
    if (glyph.length === (point > 0xffff ? 2 : 1)) return point;
    const known = this.#ids.get(glyph);
    if (known !== undefined) return known;
    // Full until the next `clear`: what is new shows as its first code point for one frame.
    if (this.isFull) return point;
    const id = firstCluster + this.#clusters.push(glyph) - 1;
    this.#ids.set(glyph, id);
    return id;
  }

  textOf(id: number): string {
    if (id < 0x80) return ascii[id] ?? "";
    return id < firstCluster ? String.fromCodePoint(id) : (this.#clusters[id - firstCluster] ?? " ");
  }

  widthOf(id: number): number {
    return id < 0x80 ? 1 : glyphWidth(this.textOf(id));
  }
}

/**
 * Whether every terminal moves its cursor by the width we think. Letters, lines, blocks, Braille and the scripts of
 * East Asia are certain; emoji, pictographs and clusters are where terminals disagree, and after one of those the
 * cursor is placed anew.
 */
export const isCertain = (id: number): boolean =>
  id < 0x300 ||
  (id >= 0x2010 && id <= 0x2027) ||
  (id >= 0x2190 && id <= 0x2193) ||
  (id >= 0x2500 &&
    id <= 0x25ff &&
    id !== 0x25aa &&
    id !== 0x25ab &&
    id !== 0x25b6 &&
    id !== 0x25c0 &&
    id < 0x25fb) ||
  (id >= 0x2800 && id <= 0x28ff) ||
  (id >= 0x3041 && id <= 0x3096) ||
  (id >= 0x30a1 && id <= 0x30fa) ||
  (id >= 0x4e00 && id <= 0x9fff) ||
  (id >= 0xac00 && id <= 0xd7a3);
