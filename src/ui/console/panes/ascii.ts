import { clustersOf, glyphWidth } from "../theme/index.ts";

/** Signs in texts of rules, logs and languages; our own symbols have their twins in the theme. */
const twins: Readonly<Record<string, string>> = {
  "·": ".",
  "…": "~",
  "→": ">",
  "←": "<",
  "↑": "^",
  "↓": "v",
  "▲": "^",
  "–": "-",
  "—": "-",
  "“": '"',
  "”": '"',
  "’": "'",
  "✓": "v",
  "×": "x",
};

const foreign = /[^\x00-\x7f]/;
const letter = /[\p{L}\p{N}]/u;

/** For a terminal with no more than ASCII: signs become their twins. Letters are names and are left to say who. */
export const inAscii = (line: string): string => {
  if (!foreign.test(line)) return line;
  let text = "";
  for (const glyph of clustersOf(line)) {
    text +=
      !foreign.test(glyph) || letter.test(glyph) ? glyph : (twins[glyph] ?? "?".repeat(glyphWidth(glyph)));
  }
  return text;
};
