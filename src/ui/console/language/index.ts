/**
 * Every text of the console, in the languages it speaks. The English one says which texts there are; the others must
 * have the same, and every sentence the watch makes. What a gateway says about itself stays in its own words.
 */
import { harmlessLine, inWords, type When } from "../../../ground/index.ts";
import type { LastGood, Sentence, Told } from "../../../watch/index.ts";
import { english } from "./english/index.ts";

export type Texts = typeof english;

export type CommandId = keyof Texts["commands"];

export type LanguageName = "en" | "zh-Hans" | "zh-Hant";

/** The others are as large as half of the screens: one is loaded where it is spoken. */
const languages: Readonly<Record<LanguageName, () => Promise<Texts>>> = {
  en: async () => english,
  "zh-Hans": async () => (await import("./simplified/index.ts")).simplified,
  "zh-Hant": async () => (await import("./traditional/index.ts")).traditional,
};

/** A step of a runbook in the reader's language; one that is not known there keeps its own words. */
export const stepWords = (step: string, { runbook }: Texts): string => runbook[step] ?? step;

/** What the watch says, in the reader's language and by the reader's clock; what is known only as text stays as it is. */
export const sayIn = ({ sentences, when }: Texts, said: Sentence | undefined, text: string): string =>
  said === undefined || (sentences === english.sentences && when === undefined)
    ? text
    : inWords(sentences, said, when);

export const tellIn = (texts: Texts, { text, said }: Told): string => sayIn(texts, said, text);

/** Why something failed, on one line; it may quote whatever a file is called. */
export const failureIn = (
  texts: Texts,
  { why, said }: { readonly why: string; readonly said?: Sentence | undefined },
): string => harmlessLine(sayIn(texts, said, why), longestWhy);

const longestWhy = 1_000;

/** What can be done about it. */
export const hintIn = (
  texts: Texts,
  { hint, advice }: { readonly hint: string; readonly advice?: Sentence | undefined },
): string => harmlessLine(sayIn(texts, advice, hint), longestWhy);

/** The same where there may be nothing to tell. */
export const whyIn = (texts: Texts, reason: Told | undefined): string =>
  reason === undefined ? "" : tellIn(texts, reason);

/** Why a snapshot is believed to be good. */
export const reasonsIn = (texts: Texts, { reasons, said }: LastGood): readonly string[] =>
  said === undefined ? reasons : said.map((each, at) => sayIn(texts, each, reasons[at] ?? ""));

/** `when`: the clock on the reader's wall, where that is not UTC. */
export const textsIn = async (
  wanted: LanguageName | "auto",
  env: Readonly<Record<string, string | undefined>>,
  when?: When,
): Promise<Texts> => {
  const texts = await languages[wanted === "auto" ? spokenIn(env) : wanted]();
  return when === undefined ? texts : { ...texts, when };
};

/** The language of the locale, as in setlocale(3). */
const spokenIn = (env: Readonly<Record<string, string | undefined>>): LanguageName => {
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find(
    (each) => each !== undefined && each !== "",
  );
  if (locale === undefined || !/^zh/iu.test(locale)) return "en";
  return /hant|[_-](?:tw|hk|mo)/iu.test(locale) ? "zh-Hant" : "zh-Hans";
};
