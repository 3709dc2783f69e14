import { describe, expect, it } from "vitest";
import {
  inWords,
  isSameSentence,
  isSentence,
  type SentenceOf,
  type WordsOf,
} from "../../src/ground/index.ts";

const sayings = {
  grew: { by: "number", since: "text?" },
  because: { what: "sentence", first: "flag", names: "texts" },
  list: { of: "sentences" },
} as const;

const words: WordsOf<typeof sayings> = {
  grew: ({ by, since }) => `grew by ${by}${since === undefined ? "" : ` since ${since}`}`,
  because: ({ what, first, names }) => `${first ? "first " : ""}${names.join("+")}: ${what}`,
  list: ({ of }) => of.join("; "),
};

const nested: SentenceOf<typeof sayings> = {
  say: "because",
  what: { say: "because", what: { say: "grew", by: 3 }, first: false, names: ["a", "b"] },
  first: true,
  names: [],
};

const listed: SentenceOf<typeof sayings> = { say: "list", of: [{ say: "grew", by: 1 }, nested] };

describe("a sentence", () => {
  it("is said with the sentences in it said first", () => {
    expect(inWords(words, nested)).toBe("first : a+b: grew by 3");
    expect(inWords(words, { say: "grew", by: 2, since: "noon" })).toBe("grew by 2 since noon");
    expect(inWords(words, listed)).toBe("grew by 1; first : a+b: grew by 3");
  });

  it("comes back from a file as it was written", () => {
    expect(isSentence(sayings, JSON.parse(JSON.stringify(listed)))).toBe(true);
  });

  it.each([
    ["a name nobody knows", { say: "shrank", by: 1 }],
    ["a name of every object", { say: "toString" }],
    ["a value that is missing", { say: "grew" }],
    ["a value of another kind", { say: "grew", by: "3" }],
    ["a number that JSON could not write", { say: "grew", by: null }],
    ["a value too many", { say: "grew", by: 1, times: 2 }],
    ["a list with something else in it", { ...nested, names: ["a", 1] }],
    ["no sentence where one belongs", { ...nested, what: "grew by 3" }],
    ["another sentence within that is none", { ...nested, what: { say: "grew", by: true } }],
    ["a sentence in a list that is none", { say: "list", of: [nested, { say: "grew" }] }],
    ["text", "grew by 3"],
  ])("is none with %s", (_what, value) => {
    expect(isSentence(sayings, value)).toBe(false);
  });

  it("is the same as one with the same values, in whatever order they stand", () => {
    expect(isSameSentence({ say: "grew", by: 2, since: "noon" }, { since: "noon", by: 2, say: "grew" })).toBe(
      true,
    );
    expect(isSameSentence(nested, { ...nested })).toBe(true);
  });

  it.each([
    ["no sentence before", undefined, { say: "grew", by: 2 }],
    ["another value", { say: "grew", by: 2 }, { say: "grew", by: 3 }],
    ["a value more", { say: "grew", by: 2 }, { say: "grew", by: 2, since: "noon" }],
    ["a value less", { say: "grew", by: 2, since: "noon" }, { say: "grew", by: 2 }],
    ["parts that have to be looked at", nested, structuredClone(nested)],
  ])("is not the same with %s", (_what, one, other) => {
    expect(isSameSentence(one, other)).toBe(false);
  });
});
