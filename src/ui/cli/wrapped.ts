import type { Context } from "./command.ts";

type Terminal = Pick<Context["terminal"], "interactive" | "columns">;

/**
 * A text behind its sign, broken between words where a person reads it on a terminal; what follows stands below the
 * text. Scripts get one line.
 */
export const wrapped = (
  before: string,
  text: string,
  { interactive, columns }: Terminal,
): readonly string[] => {
  if (!interactive) return [`${before}${text}`];
  const margin = columnsOf(before);
  const width = Math.max(20, columns - 1 - margin);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, at) => `${at === 0 ? before : " ".repeat(margin)}${each}`);
};

/** Two of our signs take two columns and are one unit long; all else that stands before a text is as wide as it is long. */
const columnsOf = (before: string): number => before.length + (before.match(/[✅❌]/gu)?.length ?? 0);

/** A hint; a command at its end gets a line of its own, unbroken: it must survive being copied. */
export const wrappedHint = (before: string, hint: string, terminal: Terminal): readonly string[] => {
  const [, words, command] = /^(.*:) (clawback [^`]*)$/.exec(hint) ?? [];
  return terminal.interactive && words !== undefined && command !== undefined
    ? [...wrapped(before, words, terminal), `${before}  ${command}`]
    : wrapped(before, hint, terminal);
};
