/**
 * Every text of the console, in the languages it speaks. The English one says which texts there are; the others must
 * have the same. What a gateway or a rule says about itself stays in its own words.
 */
import { english } from "./english/index.ts";
import { simplified } from "./simplified/index.ts";
import { traditional } from "./traditional/index.ts";

export type Texts = typeof english;

export type CommandId = keyof Texts["commands"];

export type LanguageName = "en" | "zh-Hans" | "zh-Hant";

const languages: Readonly<Record<LanguageName, Texts>> = {
  en: english,
  "zh-Hans": simplified,
  "zh-Hant": traditional,
};

/** A step of a runbook in the reader's language; one that is not known there keeps its own words. */
export const stepWords = (step: string, { runbook }: Texts): string => runbook[step] ?? step;

/** The language that was asked for; `auto` is the one of the locale, as in setlocale(3). */
export const textsIn = (
  wanted: LanguageName | "auto",
  env: Readonly<Record<string, string | undefined>>,
): Texts => {
  if (wanted !== "auto") return languages[wanted];
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find(
    (each) => each !== undefined && each !== "",
  );
  if (locale === undefined || !/^zh/iu.test(locale)) return english;
  return languages[/hant|[_-](?:tw|hk|mo)/iu.test(locale) ? "zh-Hant" : "zh-Hans"];
};
