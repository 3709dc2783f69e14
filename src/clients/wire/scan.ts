/**
 * Walks over the bytes of a JSON text without building anything of it. Conversations pass through every monitor's
 * connection; with this, a frame is understood by skipping what must not be read: a string that nobody asked for is
 * jumped over to its closing quote and never becomes a string of ours.
 *
 * The walk is lenient about what it skips (JSON.parse judges what is really used) and strict about its bounds: it
 * never recurses, never leaves the bytes, and gives up on nesting deeper than `maxDepth`.
 */
export type Span = { readonly from: number; readonly to: number };

/** Keys to look for, spelt in bytes once, so that a frame's own keys need not become strings to be compared. */
export type Keys = ReadonlyMap<number, readonly { readonly name: string; readonly bytes: Uint8Array }[]>;

export const keysOf = (...names: readonly string[]): Keys => {
  const encoder = new TextEncoder();
  return Map.groupBy(
    names.map((name) => ({ name, bytes: encoder.encode(name) })),
    ({ bytes }) => bytes.length,
  );
};

/** Deeper nesting than this has no meaning in the protocol; the deepest real answer (config.get) has about 12. */
export const maxDepth = 64;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Where the values of the wanted keys of the object at `from` lie; undefined when it is no whole object. */
export const fieldsOf = (bytes: Buffer, span: Span, wanted: Keys): ReadonlyMap<string, Span> | undefined => {
  let at = skipSpace(bytes, span.from);
  if (bytes[at] !== openBrace) return undefined;
  const found = new Map<string, Span>();
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === closeBrace) return found;
  while (at < span.to) {
    if (bytes[at] !== quote) return undefined;
    const keyEnd = endOfString(bytes, at);
    if (keyEnd < 0) return undefined;
    const key = wantedKey(bytes, at + 1, keyEnd - 1, wanted);
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== colon) return undefined;
    const from = skipSpace(bytes, at + 1);
    const to = endOfValue(bytes, from);
    if (to < 0 || to > span.to) return undefined;
    if (key !== undefined) found.set(key, { from, to });
    at = skipSpace(bytes, to);
    if (bytes[at] === closeBrace) return found;
    if (bytes[at] !== comma) return undefined;
    at = skipSpace(bytes, at + 1);
  }
  return undefined;
};

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A string value of at most `maxBytes`; a longer one is not cut but absent, so that no piece of a text gets out. */
export const textAt = (bytes: Buffer, span: Span | undefined, maxBytes: number): string | undefined => {
  if (span === undefined || bytes[span.from] !== quote || span.to - span.from - 2 > maxBytes)
    return undefined;
  if (isPlain(bytes, span.from + 1, span.to - 1)) {
    return bytes.toString("latin1", span.from + 1, span.to - 1);
  }
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes.subarray(span.from, span.to)));
    return typeof value === "string" ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
};

/**
 * Printable ASCII without escapes, as ids and names of states are: no decoder is needed, and of each frame some are
 * read. A buffer makes the text in one call; put together letter by letter it takes ten times as long, and each letter
 * leaves a string behind.
 */
const isPlain = (bytes: Buffer, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return false;
  }
  return true;
};

export const numberAt = (bytes: Buffer, span: Span | undefined): number | undefined => {
  if (span === undefined || span.to - span.from > 24) return undefined;
  const first = bytes[span.from] ?? 0;
  const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
  if (!isNumber) return undefined;
  const value = Number(bytes.toString("latin1", span.from, span.to));
  return Number.isFinite(value) ? value : undefined;
};

export const isTrueAt = (bytes: Buffer, span: Span | undefined): boolean =>
  span !== undefined && span.to - span.from === 4 && bytes[span.from] === 0x74;

/** Where an ASCII phrase begins inside the span, or -1; the text around it stays bytes. */
export const findPhrase = (bytes: Buffer, span: Span, phrase: string): number => {
  const first = phrase.charCodeAt(0);
  const last = span.to - phrase.length;
  for (let at = bytes.indexOf(first, span.from); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < phrase.length && bytes[at + same] === phrase.charCodeAt(same)) same += 1;
    if (same === phrase.length) return at;
  }
  return -1;
};

const skipSpace = (bytes: Buffer, from: number): number => {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
};

/** The key when it is one of the wanted ones. Keys with escapes are nobody's: the protocol's own have none. */
const wantedKey = (bytes: Buffer, from: number, to: number, wanted: Keys): string | undefined => {
  for (const key of wanted.get(to - from) ?? none) {
    let same = 0;
    while (same < key.bytes.length && bytes[from + same] === key.bytes[same]) same += 1;
    if (same === key.bytes.length) return key.name;
  }
  return undefined;
};

const none: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [];

/** Just past the closing quote of the string that opens at `open`, or -1 when it never closes. */
const endOfString = (bytes: Buffer, open: number): number => {
  // Most strings are short, where a plain loop beats a call into native code; a long one is crossed by indexOf.
  const near = Math.min(bytes.length, open + 40);
  let at = open + 1;
  for (; at < near; at += 1) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at += 1;
  }
  const start = at;
  for (;;) {
    const close = bytes.indexOf(quote, at);
    if (close < 0) return -1;
    let slashes = 0;
    while (close - 1 - slashes >= start && bytes[close - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return close + 1;
    at = close + 1;
  }
};

/** Just past the value that begins at `from`, or -1 when it does not end or nests too deep. */
const endOfValue = (bytes: Buffer, from: number): number => {
  const first = bytes[from];
  if (first === quote) return endOfString(bytes, from);
  if (first !== openBrace && first !== openBracket) return endOfWord(bytes, from);
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at);
      if (at < 0) return -1;
      continue;
    }
    if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > maxDepth) return -1;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return -1;
};

const endOfWord = (bytes: Buffer, from: number): number => {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === comma || byte === closeBrace || byte === closeBracket || byte === 0x20 || byte === 0x0a)
      break;
    at += 1;
  }
  return at === from ? -1 : at;
};
