import fc from "fast-check";

/** Every code point but half a pair, those of one byte as often as all others: there is what a terminal obeys. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0x100, max: 0x10_ffff }))
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

/**
 * Any text at all, and now and then a word that trips programs, such as `__proto__`. The unit `binary` of fast-check
 * would do, and takes two seconds of a processor before its first text.
 */
export const anyText = (longest?: number): fc.Arbitrary<string> => {
  const length = longest === undefined ? {} : { maxLength: longest };
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: character, ...length }) },
    { weight: 1, arbitrary: fc.string(length) },
  );
};
