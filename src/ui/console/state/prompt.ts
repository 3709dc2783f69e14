import type { Prompt } from "./view.ts";

/** A pasted text must not make the line longer than anybody would type. */
const longestText = 200;

const segments = new Intl.Segmenter();

/** The text without its last letter as a reader counts letters: a family of emoji is one. */
const withoutLastLetter = (text: string): string => {
  const last = [...segments.segment(text)].at(-1);
  return last === undefined ? "" : text.slice(0, last.index);
};

const withoutLastWord = (text: string): string => text.replace(/\S*\s*$/u, "");

export const extended = (text: string, more: string): string => `${text}${more}`.slice(0, longestText);

export const shortened = (text: string, what: "letter" | "word" | "line"): string =>
  what === "line" ? "" : what === "word" ? withoutLastWord(text) : withoutLastLetter(text);

/** Another text means other choices: the first one is chosen again. */
export const retyped = (prompt: Prompt, text: string): Prompt =>
  prompt.kind === "palette" ? { ...prompt, text, selected: 0 } : { ...prompt, text };
