/**
 * Names of files are bytes, not text. Inside the core a path is a string in which every character is one byte
 * (Latin-1), so that names in any encoding survive, compare bytewise and serve as keys. Text is made only at the door.
 */
declare const bytePathBrand: unique symbol;
export type BytePath = string & { readonly [bytePathBrand]: true };

/** The caller promises that every character is one byte. */
export const bytePath = (bytes: string): BytePath => bytes as BytePath;

const encoder = new TextEncoder();

const latin1Of = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

// oxlint-disable-next-line no-control-regex -- "is it plain ASCII" is exactly this range
const ascii = /^[\u0000-\u007f]*$/;

export const bytesOfPath = (path: BytePath): Uint8Array => {
  const bytes = new Uint8Array(path.length);
  for (let at = 0; at < path.length; at += 1) bytes[at] = path.charCodeAt(at);
  return bytes;
};

/** What is shown for a byte that is no text. */
const escaped = /\\x[0-9a-f]{2}/;

/**
 * A path as text. Valid UTF-8 reads as it is; anything else becomes `\xNN` for the bytes that are not, with
 * backslashes doubled. So are those of a name that only looks like it: two different names never show the same.
 */
export const pathText = (path: BytePath): string => {
  if (ascii.test(path)) return apart(path);
  try {
    return apart(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOfPath(path)));
  } catch {
    // The fatal decoder is the question "is this UTF-8?"; here the answer was no.
    return doubled(path).replace(
      // oxlint-disable-next-line no-control-regex -- bytes outside ASCII are what is being escaped
      /[^\u0000-\u007f]/g,
      (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
  }
};

const doubled = (text: string): string => text.replace(/\\/g, "\\\\");
const apart = (text: string): string => (text.includes("\\") && escaped.test(text) ? doubled(text) : text);

/** The path that is shown as this text. */
export const pathOfShown = (text: string): BytePath => {
  const path = pathOfText(text);
  if (!escaped.test(text)) return path;
  return bytePath(
    path.replace(/\\(?:\\|x([0-9a-f]{2}))/g, (_, byte: string | undefined) =>
      byte === undefined ? "\\" : String.fromCharCode(Number.parseInt(byte, 16)),
    ),
  );
};

/** The byte path of ordinary text (arguments, configuration). */
export const pathOfText = (text: string): BytePath =>
  ascii.test(text) ? bytePath(text) : bytePath(latin1Of(encoder.encode(text)));

/** How the path of ordinary text is shown: alike, but for one that looks like an escaped byte. */
export const shownOf = (text: string): string => pathText(pathOfText(text));

/** Tree order: a directory stands directly before what it holds, names compare bytewise. */
export const comparePaths = (a: BytePath, b: BytePath): number => {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    // The separator sorts below every byte a name can hold.
    return (left === 47 ? -1 : left) - (right === 47 ? -1 : right);
  }
  return a.length - b.length;
};

export const parentOf = (path: BytePath): BytePath => {
  const cut = path.lastIndexOf("/");
  return bytePath(cut < 0 ? "" : path.slice(0, cut));
};
