/** From text to words, each with its place, so that an error can point at it. */
export type Token =
  | { readonly kind: "number"; readonly at: number; readonly text: string; readonly unit: string }
  | { readonly kind: "name"; readonly at: number; readonly text: string }
  | { readonly kind: "sign"; readonly at: number; readonly text: Sign }
  | { readonly kind: "end"; readonly at: number; readonly text: "the end" };

const signs = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", ","] as const;
export type Sign = (typeof signs)[number];

/** A place in the text, counted from 0, and what is wrong there. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export const longestExpression = 500;

export const tokens = (text: string): readonly Token[] => {
  if (text.length > longestExpression) {
    throw new ExpressionError(longestExpression, `longer than ${longestExpression} characters`);
  }
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest)?.[0];
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = numberAt(rest, at) ?? nameAt(rest, at) ?? signAt(rest, at);
    if (token === undefined)
      throw new ExpressionError(
        at,
        `"${String.fromCodePoint(rest.codePointAt(0) ?? 32)}" has no meaning here`,
      );
    found.push(token.token);
    at += token.length;
  }
  return [...found, { kind: "end", at: text.length, text: "the end" }];
};

type Found = { readonly token: Token; readonly length: number };

const numberAt = (rest: string, at: number): Found | undefined => {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z%]*)/.exec(rest);
  if (match === null) return undefined;
  const [text, digits = "", unit = ""] = match;
  return { token: { kind: "number", at, text: digits, unit }, length: text.length };
};

const nameAt = (rest: string, at: number): Found | undefined => {
  const text = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  return text === undefined ? undefined : { token: { kind: "name", at, text }, length: text.length };
};

const signAt = (rest: string, at: number): Found | undefined => {
  const text = signs.find((sign) => rest.startsWith(sign));
  return text === undefined ? undefined : { token: { kind: "sign", at, text }, length: text.length };
};
