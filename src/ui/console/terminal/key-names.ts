/**
 * What terminals send for keys that are no characters: xterm and its heirs, rxvt, the Linux console, and the two ways
 * of spelling any key with any modifier (`CSI 27 ; modifiers ; code ~` and `CSI code ; modifiers u`).
 */

const controls: Readonly<Record<number, string>> = {
  0x00: "ctrl-Space",
  0x08: "Backspace",
  0x09: "Tab",
  0x0d: "Enter",
  0x1b: "Esc",
  0x1c: "ctrl-\\",
  0x1d: "ctrl-]",
  0x1e: "ctrl-^",
  0x1f: "ctrl-_",
  0x7f: "Backspace",
};

export const nameOfControl = (code: number): string =>
  controls[code] ?? `ctrl-${String.fromCharCode(code + 0x60)}`;

const letters: Readonly<Record<string, string>> = {
  A: "Up",
  B: "Down",
  C: "Right",
  D: "Left",
  E: "Begin",
  F: "End",
  H: "Home",
  P: "F1",
  Q: "F2",
  R: "F3",
  S: "F4",
  Z: "shift-Tab",
};

/** Only behind ESC O: the numeric keypad in application mode. */
const keypad: Readonly<Record<string, string>> = {
  M: "Enter",
  j: "*",
  k: "+",
  l: ",",
  m: "-",
  n: ".",
  o: "/",
  X: "=",
};

const numbers: Readonly<Record<number, string>> = {
  1: "Home",
  2: "Insert",
  3: "Delete",
  4: "End",
  5: "PageUp",
  6: "PageDown",
  7: "Home",
  8: "End",
  11: "F1",
  12: "F2",
  13: "F3",
  14: "F4",
  15: "F5",
  17: "F6",
  18: "F7",
  19: "F8",
  20: "F9",
  21: "F10",
  23: "F11",
  24: "F12",
};

const linuxConsole: Readonly<Record<string, string>> = { A: "F1", B: "F2", C: "F3", D: "F4", E: "F5" };

/** Shift, alt, ctrl as bits of a number that is sent plus one. */
const modified = (name: string, sent: number): string => {
  const bits = sent > 0 ? sent - 1 : 0;
  const before = `${(bits & 4) === 0 ? "" : "ctrl-"}${(bits & 2) === 0 ? "" : "alt-"}`;
  return `${before}${(bits & 1) === 0 || name.startsWith("shift-") ? "" : "shift-"}${name}`;
};

/** The key of a whole sequence from its ESC to its last byte; undefined when it is none. */
export const sequenceName = (sequence: string): string | undefined => {
  const final = sequence.at(-1) ?? "";
  if (sequence.startsWith("\u001b[[")) return linuxConsole[final];
  const body = sequence.slice(2, -1);
  if (!/^[\d;]*$/.test(body)) return undefined;
  const [first = 0, second = 0] = body.split(";").map(Number);
  if (sequence.charAt(1) === "O") {
    const digit = final >= "p" && final <= "y" ? String.fromCharCode(final.charCodeAt(0) - 0x40) : undefined;
    const name = letters[final] ?? keypad[final] ?? digit;
    return name === undefined ? undefined : modified(name, first);
  }
  if (final === "~") {
    const name = numbers[first];
    return name === undefined ? undefined : modified(name, second);
  }
  // rxvt spells ctrl this way.
  if (final === "^") return numbers[first] === undefined ? undefined : `ctrl-${numbers[first]}`;
  // A cursor report ends like F3 and says where the cursor is; a key says 1 or nothing.
  const name = first > 1 ? undefined : letters[final];
  return name === undefined ? undefined : modified(name, second);
};

/** A key spelt by its code point; undefined when the sequence is no such spelling, or tells of a key's release. */
export const codesOf = (sequence: string): { name: string; text: string } | undefined => {
  const spelling = byCodePoint.exec(sequence.slice(1)) ?? byModifyOtherKeys.exec(sequence.slice(1));
  const { code: sentCode, modifiers: sentModifiers = "1", type } = spelling?.groups ?? {};
  if (sentCode === undefined || type === "3") return undefined;
  const code = Number(sentCode);
  const isCharacter =
    code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff) && !(code >= 0x80 && code < 0xa0);
  if (!isCharacter) return undefined;
  const bits = Math.max(0, Number(sentModifiers) - 1);
  if (code < 0x20 || code === 0x7f) return { name: modified(nameOfControl(code), bits + 1), text: "" };
  const character = String.fromCodePoint(code);
  const shifted = (bits & 1) === 0 ? character : character.toUpperCase();
  const isTyped = (bits & 6) === 0;
  // With ctrl, terminals say nothing of the case: ctrl-D is ctrl-d. Shift is in the letter itself.
  const letter = (bits & 4) === 0 ? shifted : character.toLowerCase();
  const name = letter === " " ? "Space" : letter;
  return { name: modified(name, (bits & 6) + 1), text: isTyped ? shifted : "" };
};

const byCodePoint = /^\[(?<code>\d+)(?::\d*)*(?:;(?<modifiers>\d+)(?::(?<type>\d+))?)?(?:;[\d:]*)?u$/;
const byModifyOtherKeys = /^\[27;(?<modifiers>\d+);(?<code>\d+)~$/;
