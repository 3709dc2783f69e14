import type { Capabilities } from "../theme/index.ts";

/** Terminals refuse longer ones, some by typing them out. */
const copyLimit = 48 * 1024;
/** GNU screen passes on so much of a string at a time, and throws longer ones away. */
const passedOn = 240;

/**
 * Puts a text on the clipboard of the person's own machine (OSC 52). tmux knows it; GNU screen keeps it to itself unless
 * each piece is addressed to the terminal in front of it.
 */
export const clipboardSequence = (
  text: string,
  { insideScreen }: Pick<Capabilities, "insideScreen">,
): string => {
  const sequence = `\u001b]52;c;${Buffer.from(text.slice(0, copyLimit)).toString("base64")}\u0007`;
  if (!insideScreen) return sequence;
  const pieces = sequence.match(new RegExp(`[^]{1,${passedOn}}`, "g")) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join("");
};
