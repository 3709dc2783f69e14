/** The same numbers for the same seed, everywhere (mulberry32). */
export type Random = {
  readonly next: () => number;
  readonly below: (limit: number) => number;
  readonly bytes: (length: number) => Buffer;
  readonly words: (count: number) => string;
};

const syllables =
  "ka to re mi son der al pre con tion ing st or an ter ver lo gi dis per ma ne su tra fi bo ex hy".split(
    " ",
  );

export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const word32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => word32() / 2 ** 32;
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    bytes: (length) => {
      const bytes = Buffer.allocUnsafe(Math.ceil(length / 4) * 4);
      for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(word32(), at);
      return bytes.subarray(0, length);
    },
    // Few words are most of a text: squaring leans to the front of the vocabulary.
    words: (count) => {
      let text = "";
      for (let at = 0; at < count; at += 1)
        text += vocabulary[Math.floor(next() ** 3 * vocabulary.length)] ?? "";
      return text;
    },
  };
};

const vocabulary: readonly string[] = (() => {
  let state = 424_242;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: 20_000 }, () => {
    let word = "";
    for (let left = 1 + below(4); left > 0; left -= 1) word += syllables[below(syllables.length)] ?? "";
    return `${word} `;
  });
})();
