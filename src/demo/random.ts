/**
 * All chance of the demo comes from here, so that a seed tells the whole story. Each part of a gateway draws from its
 * own fork: how often a client asks can then never change what happens next.
 */
export type Random = {
  /** From 0 up to, and never, 1. */
  readonly fraction: () => number;
  /** A whole number from `low` to `high`, both possible. */
  readonly between: (low: number, high: number) => number;
  readonly pick: <Item>(list: readonly [Item, ...Item[]]) => Item;
  readonly hex: (digits: number) => string;
  readonly uuid: () => string;
  /** 32 random bytes as gateways write them: base64url. */
  readonly token: () => string;
  readonly fork: (name: string) => Random;
};

export const randomOf = (seed: string): Random => {
  let state = hashOf(seed);
  // mulberry32: small, fast and good enough for a story.
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1));
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => between(0, 15).toString(16)).join("");
  return {
    fraction,
    between,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${between(8, 11).toString(16)}${hex(3)}-${hex(12)}`,
    token: () => Buffer.from(hex(64), "hex").toString("base64url"),
    fork: (name) => randomOf(`${seed}/${name}`),
  };
};

/** A number from 0 to 1 that wanders smoothly with time: what a gauge shows does not depend on how often it is read. */
export const wander = (seed: string, atMs: number, periodMs: number): number => {
  const step = Math.floor(atMs / periodMs);
  const part = atMs / periodMs - step;
  const smooth = part * part * (3 - 2 * part);
  const from = hashOf(`${seed}:${step}`) / 2 ** 32;
  const to = hashOf(`${seed}:${step + 1}`) / 2 ** 32;
  return from + (to - from) * smooth;
};

/** FNV-1a with a final mix, as an unsigned 32-bit number. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};
