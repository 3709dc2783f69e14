import { textsIn, type LanguageName, type Texts } from "../../src/ui/console/language/index.ts";

/** The texts of every language at hand; the console loads the one that it speaks. */
export const spoken: Readonly<Record<LanguageName, Texts>> = {
  en: await textsIn("en", {}),
  "zh-Hans": await textsIn("zh-Hans", {}),
  "zh-Hant": await textsIn("zh-Hant", {}),
};

export const languages = Object.keys(spoken) as readonly LanguageName[];

/** Where a word in Latin letters is one that was forgotten. */
export const chinese = ["zh-Hans", "zh-Hant"] as const;
