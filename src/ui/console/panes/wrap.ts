import { clustersOf, glyphWidth, width } from "../theme/index.ts";

/** At spaces where there are any, and between wide letters, which have none; a longer word is broken anywhere. */
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
    let gap = taken > 0 ? 1 : 0;
    for (const part of partsOf(word)) {
      const needed = width(part);
      if (taken > 0 && taken + gap + needed > columns) turn();
      else if (gap > 0) {
        line += " ";
        taken += 1;
      }
      gap = 0;
      if (needed <= columns) {
        line += part;
        taken += needed;
        continue;
      }
      for (const glyph of clustersOf(part)) {
        const wide = glyphWidth(glyph);
        if (taken > 0 && taken + wide > columns) turn();
        line += glyph;
        taken += wide;
      }
    }
  }
  turn();
  return lines;
};

/** What closes a sentence or a bracket begins no line, and what opens one ends none. */
const closing = /^[)\]}.,:;!?%、。，．：；！？）」』】〉》”’…]/u;
const opening = /[([{（「『【〈《“‘]$/u;
const plain = /^[\x20-\x7e]*$/;

/** A word by the places where a line may end within it: before and behind each wide letter. */
const partsOf = (word: string): readonly string[] => {
  if (plain.test(word)) return [word];
  const parts: string[] = [];
  let wasWide = false;
  for (const glyph of clustersOf(word)) {
    const isWide = glyphWidth(glyph) > 1;
    const last = parts.at(-1);
    const isJoined =
      last !== undefined && ((!isWide && !wasWide) || closing.test(glyph) || opening.test(last));
    if (isJoined) parts[parts.length - 1] = last + glyph;
    else parts.push(glyph);
    wasWide = isWide;
  }
  return parts;
};
