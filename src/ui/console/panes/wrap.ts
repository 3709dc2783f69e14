import { clustersOf, glyphWidth, width } from "../theme/index.ts";

/** At spaces where there are any; a word longer than a line is broken between its letters. */
export const wrapped = (text: string, columns: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  const turn = (): void => {
    lines.push(line);
    line = "";
    taken = 0;
  };
  for (const word of text.split(" ")) {
    const needed = width(word);
    if (taken > 0 && taken + 1 + needed > columns) turn();
    else if (taken > 0) {
      line += " ";
      taken += 1;
    }
    if (needed <= columns) {
      line += word;
      taken += needed;
      continue;
    }
    for (const glyph of clustersOf(word)) {
      const wide = glyphWidth(glyph);
      if (taken > 0 && taken + wide > columns) turn();
      line += glyph;
      taken += wide;
    }
  }
  turn();
  return lines;
};
