import type { Context } from "./command.ts";

/**
 * A text behind its sign, broken between words where a person reads it on a terminal; what follows stands below the
 * text. Scripts get one line.
 */
export const wrapped = (
  before: string,
  text: string,
  { interactive, columns }: Context["terminal"],
): readonly string[] => {
  if (!interactive) return [`${before}${text}`];
  const width = Math.max(20, columns - 1 - before.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, at) => `${at === 0 ? before : " ".repeat(before.length)}${each}`);
};
