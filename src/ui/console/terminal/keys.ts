import { codesOf, nameOfControl, sequenceName } from "./key-names.ts";

/**
 * What a person did at the keyboard. `name` is what a command is bound to: `j`, `G`, `Enter`, `Esc`, `ctrl-d`, `Up`,
 * `F1`, `shift-Tab`, `alt-x`, `ctrl-shift-Left`. `text` is what a field would insert, "" for keys that insert nothing.
 */
export type Key =
  | { readonly kind: "key"; readonly name: string; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  /** A pointer, where the terminal was asked to tell of it; from 0, at the left of the top. */
  | { readonly kind: "click"; readonly column: number; readonly row: number }
  | { readonly kind: "wheel"; readonly by: -1 | 1; readonly column: number; readonly row: number };

/**
 * Raw input to keys. Input comes in whatever pieces the link cuts it into: ten keys at once, half an escape sequence,
 * a third of a character; the keys are the same whatever the pieces. What is no key (focus, a drag, answers to queries,
 * sequences nobody knows) is swallowed whole rather than typed into something.
 */
export type KeyParser = {
  readonly push: (bytes: Uint8Array | string) => readonly Key[];
  /**
   * What is unfinished. A lone escape is either the key or the beginning of a sequence, and only time tells; a paste
   * can take long.
   */
  readonly pending: () => "nothing" | "escape" | "paste";
  /** The time is over: what is unfinished is taken for what it is so far. */
  readonly settle: () => readonly Key[];
};

/** A paste longer than this is cut: it is going into a one-line field. */
const pasteLimit = 64 * 1024;
/** Longer sequences than this are nothing a terminal sends. */
const sequenceLimit = 4_096;

const pasteStart = "\u001b[200~";
const pasteEnd = "\u001b[201~";

export const createKeyParser = (): KeyParser => {
  const decoder = new TextDecoder("utf-8");
  /** Unfinished, always from its ESC on. */
  let rest = "";
  let pasted: string | undefined;

  const read = (input: string): Key[] => {
    const keys: Key[] = [];
    let text = rest + input;
    rest = "";
    while (text !== "") {
      if (pasted !== undefined) {
        const end = text.indexOf(pasteEnd);
        const body = end < 0 ? text.slice(0, text.length - startedEnd(text)) : text.slice(0, end);
        pasted = (pasted + body).slice(0, pasteLimit);
        if (end < 0) {
          rest = text.slice(body.length);
          break;
        }
        keys.push({ kind: "paste", text: pasted });
        pasted = undefined;
        text = text.slice(end + pasteEnd.length);
        continue;
      }
      const found = nextKey(text);
      if (found === "unfinished") {
        rest = text;
        break;
      }
      if (found.kind === "paste-begins") pasted = "";
      else if (found.kind === "pointed") keys.push(found.key);
      else if (found.kind === "key") keys.push(key(found.name, found.text));
      text = text.slice(found.length);
    }
    return keys;
  };

  return {
    push: (bytes) => read(typeof bytes === "string" ? bytes : decoder.decode(bytes, { stream: true })),
    pending: () => (pasted !== undefined ? "paste" : rest === "" ? "nothing" : "escape"),
    settle: () => {
      if (pasted !== undefined) {
        const text = pasted + rest;
        pasted = undefined;
        rest = "";
        return [{ kind: "paste", text }];
      }
      const started = rest;
      rest = "";
      if (started === "") return [];
      if (started === "\u001b") return [key("Esc", "")];
      // Typed by hand, most likely: Esc, and a key that could have begun a sequence. Longer ones were no key of ours.
      return started.length === 2 ? [key("Esc", ""), ...read(started.charAt(1))] : [];
    },
  };
};

const key = (name: string, text: string): Key => ({ kind: "key", name, text });

type Found =
  | { readonly kind: "key"; readonly name: string; readonly text: string; readonly length: number }
  | { readonly kind: "pointed"; readonly key: Key; readonly length: number }
  | { readonly kind: "paste-begins" | "swallowed"; readonly length: number };

/** How much of the end of a paste the text ends with. */
const startedEnd = (text: string): number => {
  for (let length = Math.min(text.length, pasteEnd.length - 1); length > 0; length -= 1) {
    if (text.endsWith(pasteEnd.slice(0, length))) return length;
  }
  return 0;
};

const nextKey = (text: string): Found | "unfinished" => {
  const code = text.codePointAt(0) ?? 0;
  if (code === 0x1b) return escaped(text);
  const length = code > 0xffff ? 2 : 1;
  if (code >= 0xd800 && code <= 0xdbff && text.length === 1) return "unfinished";
  if (code < 0x20 || code === 0x7f) return { kind: "key", name: nameOfControl(code), text: "", length };
  // C1 controls and what is left of broken UTF-8 are nothing a person typed.
  if ((code >= 0x80 && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffd)
    return { kind: "swallowed", length };
  const typed = text.slice(0, length);
  return { kind: "key", name: typed === " " ? "Space" : typed, text: typed, length };
};

const escaped = (text: string): Found | "unfinished" => {
  if (text.length === 1) return "unfinished";
  switch (text.charAt(1)) {
    case "[":
      return controlSequence(text);
    case "O":
      return singleShift(text);
    case "]":
    case "P":
    case "X":
    case "^":
    case "_":
      return stringSequence(text);
    // A link that stood still hands over in one piece what was typed in two: with no key of ours behind alt, it is Esc
    // and then the next key, and neither is lost.
    default:
      return { kind: "key", name: "Esc", text: "", length: 1 };
  }
};

/** ESC [, parameters, intermediates, one final byte. */
const controlSequence = (text: string): Found | "unfinished" => {
  let at = 2;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code >= 0x40 && code <= 0x7e) {
      // The Linux console has its function keys behind a second bracket, the oldest mouse protocol three raw bytes.
      const extra = at === 2 && text.charAt(2) === "[" ? 1 : at === 2 && text.charAt(2) === "M" ? 3 : 0;
      if (text.length < at + 1 + extra) return "unfinished";
      return named(text.slice(0, at + 1 + extra));
    }
    // Cut off by something else: that something is looked at for itself.
    if (code < 0x20 || code > 0x7e) return { kind: "swallowed", length: at };
    if (at > sequenceLimit) return { kind: "swallowed", length: at };
    at += 1;
  }
  return "unfinished";
};

/** ESC O and a letter; some terminals put a modifier before it. */
const singleShift = (text: string): Found | "unfinished" => {
  let at = 2;
  while (at < text.length && at < 5 && text.charAt(at) >= "0" && text.charAt(at) <= "9") at += 1;
  if (at >= text.length) return "unfinished";
  const code = text.charCodeAt(at);
  if (code < 0x20 || code > 0x7e) return { kind: "key", name: "Esc", text: "", length: 1 };
  return named(text.slice(0, at + 1));
};

/** An answer to a query nobody made here: up to BEL or ST. */
const stringSequence = (text: string): Found | "unfinished" => {
  for (let at = 2; at < text.length && at < sequenceLimit; at += 1) {
    if (text.charAt(at) === "\u0007") return { kind: "swallowed", length: at + 1 };
    if (text.charAt(at) !== "\u001b") continue;
    if (at + 1 >= text.length) return "unfinished";
    return { kind: "swallowed", length: text.charAt(at + 1) === "\\" ? at + 2 : at };
  }
  return text.length < sequenceLimit ? "unfinished" : { kind: "swallowed", length: sequenceLimit };
};

const named = (sequence: string): Found => {
  const { length } = sequence;
  if (sequence === pasteStart) return { kind: "paste-begins", length };
  const pointed = pointerIn(sequence);
  if (pointed !== undefined) return { kind: "pointed", key: pointed, length };
  const typed = codesOf(sequence);
  if (typed !== undefined) return { kind: "key", ...typed, length };
  const name = sequenceName(sequence);
  return name === undefined ? { kind: "swallowed", length } : { kind: "key", name, text: "", length };
};

/** SGR reports (mode 1006): the left button pressed, and the wheel. Releases, drags and other buttons mean nothing here. */
const pointerIn = (sequence: string): Key | undefined => {
  const [, button, column, row] = /^\u001b\[<(\d{1,3});(\d{1,4});(\d{1,4})M$/.exec(sequence) ?? [];
  if (button === undefined) return undefined;
  const at = { column: Number(column) - 1, row: Number(row) - 1 };
  switch (button) {
    case "0":
      return { kind: "click", ...at };
    case "64":
      return { kind: "wheel", by: -1, ...at };
    case "65":
      return { kind: "wheel", by: 1, ...at };
    default:
      return undefined;
  }
};
