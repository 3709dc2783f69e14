/** What somebody could write wherever a text comes from outside. */
export const hostileTexts: Readonly<Record<string, string>> = {
  "escape sequences": "\u001b[2J\u001b]0;owned\u0007\u009b31mred\u001b[?1049l",
  "bidi controls": "\u202egnitset\u202c \u2066isolate\u2069 \u061c",
  "zero-width letters": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00ad",
  "ten thousand letters": "x".repeat(10_000),
  "ten thousand wide letters": "東".repeat(10_000),
  "right-to-left words": "שלום עולם مرحبا بالعالم",
  "marks on marks": `e${"\u0301".repeat(500)} ${"\u0489".repeat(60)}`,
  "families and flags": "👨‍👩‍👧‍👦🇨🇭🏳️‍🌈".repeat(40),
  "lines and tabs": "one\ntwo\r\nthree\tfour\u2028five",
  "broken surrogates": "\ud800 \udc00 \ud83d",
  nothing: "",
};

/** No control of any kind, nothing that turns text round, nothing that hides. */
export const hiddenOrTurned =
  /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
