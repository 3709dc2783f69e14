import stringWidth from "string-width";

/**
 * How a string falls into glyphs, and how many columns each takes. A glyph is one grapheme cluster; its width follows
 * `string-width`, the measure Ink itself uses, so that the two never disagree about where a line ends.
 *
 * Nearly every character of a console stands alone: it joins with no neighbour whatever stands beside it. Between two
 * such characters there is always a border, so only the rare rest has to go through the segmenter.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const unknown = 0;
const joining = 1;
/** Plus the width: 2 for none, 3 for one column, 4 for two. */
const alone = 2;

const classes = new Uint8Array(0x1_0000);

/**
 * What a console shows all day. Each of these stands alone and takes so many columns by the measure above, as a test
 * finds; to ask it of the first one would compile a pattern of all emoji, a tenth of the time to the first frame.
 */
const certain: readonly (readonly [first: number, last: number, columns: 0 | 1 | 2])[] = [
  // Controls: one of them begins every colour.
  [0x01, 0x1f, 0],
  [0x20, 0x7e, 1],
  // Without the soft hyphen.
  [0xa0, 0xac, 1],
  [0xae, 0x2ff, 1],
  // Dashes, quotation marks, dots; arrows.
  [0x2010, 0x2027, 1],
  [0x2190, 0x2193, 1],
  [0x23f8, 0x23f8, 1],
  // Lines, blocks, shapes, stars, ticks, Braille.
  [0x2500, 0x25fc, 1],
  [0x2605, 0x2606, 1],
  [0x2713, 0x2718, 1],
  [0x2800, 0x28ff, 1],
  // Punctuation, kana, ideographs and wide forms of East Asia.
  [0x3001, 0x3029, 2],
  [0x3041, 0x3096, 2],
  [0x30a1, 0x30fa, 2],
  [0x4e00, 0x9fff, 2],
  [0xff01, 0xff60, 2],
];

const inSegments = (text: string): number => {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
};

const classify = (unit: number): number => {
  const known = certain.find(([first, last]) => first <= unit && unit <= last);
  const found = known === undefined ? measured(unit) : alone + known[2];
  classes[unit] = found;
  return found;
};

const measured = (unit: number): number => {
  const character = String.fromCharCode(unit);
  const surrogate = unit >= 0xd800 && unit <= 0xdfff;
  const stands =
    !surrogate &&
    inSegments(`a${character}`) === 2 &&
    inSegments(`${character}a`) === 2 &&
    inSegments(character + character) === 2;
  // Marks and joiners stand alone by no means; controls do, and are not shown.
  return stands ? alone + Math.min(2, stringWidth(character)) : joining;
};

const classOf = (unit: number): number => {
  const known = classes[unit] ?? unknown;
  return known === unknown ? classify(unit) : known;
};

/** Bounded: text from outside could bring any number of clusters. */
const clusterLimit = 4_096;
const clusterWidths = new Map<string, number>();

/** Columns of one grapheme cluster. */
export const glyphWidth = (glyph: string): number => {
  if (glyph.length === 1) {
    const kind = classOf(glyph.charCodeAt(0));
    if (kind >= alone) return kind - alone;
  }
  const known = clusterWidths.get(glyph);
  if (known !== undefined) return known;
  if (clusterWidths.size >= clusterLimit) clusterWidths.clear();
  const found = stringWidth(glyph);
  clusterWidths.set(glyph, found);
  return found;
};

/**
 * The width of the one code unit at `index` where it is a glyph by itself; -1 where the segmenter has to look. This is
 * the fast path of everything that walks text.
 */
export const loneWidth = (text: string, index: number): number => {
  const unit = text.charCodeAt(index);
  const next = index + 1 < text.length ? text.charCodeAt(index + 1) : 0;
  if (unit >= 0x20 && unit < 0x7f && next < 0x300) return 1;
  const kind = classOf(unit);
  if (kind < alone) return -1;
  return next === 0 || classOf(next) >= alone ? kind - alone : -1;
};

/** Where the run that begins at `index` and needs the segmenter ends: before the next certain border. */
export const joinedEnd = (text: string, index: number): number => {
  let end = index + 1;
  while (
    end < text.length &&
    text.charCodeAt(end) !== 0x1b &&
    !(classOf(text.charCodeAt(end - 1)) >= alone && classOf(text.charCodeAt(end)) >= alone)
  ) {
    end += 1;
  }
  return end;
};

/** The clusters of a text; only where characters may join does the segmenter look. */
export function* clustersOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    if (loneWidth(text, at) >= 0) {
      yield text.charAt(at);
      at += 1;
      continue;
    }
    const end = joinedEnd(text, at);
    for (const { segment } of segmenter.segment(text.slice(at, end))) yield segment;
    at = end;
  }
}
