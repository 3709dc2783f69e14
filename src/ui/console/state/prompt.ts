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

export const typed = (prompt: Prompt, text: string): Prompt => ({
  ...restarted(prompt),
  text: `${prompt.text}${text}`.slice(0, longestText),
});

export const erased = (prompt: Prompt, what: "letter" | "word" | "line"): Prompt => ({
  ...restarted(prompt),
  text:
    what === "line" ? "" : what === "word" ? withoutLastWord(prompt.text) : withoutLastLetter(prompt.text),
});

/** Another text means other choices: the first one is chosen again. */
const restarted = (prompt: Prompt): Prompt =>
  prompt.kind === "palette" ? { ...prompt, selected: 0 } : prompt;
