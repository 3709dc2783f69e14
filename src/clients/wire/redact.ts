/** Takes secrets out of whatever a peer says back, before any of it is read: a report must not repeat what we sent. */
export type Redact = {
  readonly text: (text: string) => string;
  readonly value: (value: unknown) => unknown;
};

const mark = "•••";

export const redactOf = (secrets: readonly string[]): Redact => {
  const present = secrets.filter((secret) => secret !== "");
  const text = (from: string): string =>
    present.reduce((rest, secret) => rest.replaceAll(secret, mark), from);
  // The depth is bounded already: a frame that nests deeper than the walk allows was refused before.
  const value = (from: unknown): unknown => {
    if (typeof from === "string") return text(from);
    if (Array.isArray(from)) return from.map(value);
    if (typeof from !== "object" || from === null) return from;
    return Object.fromEntries(Object.entries(from).map(([key, inner]) => [text(key), value(inner)]));
  };
  return { text, value };
};
