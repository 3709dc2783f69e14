/**
 * What the watch says, as sentences with values rather than as text. Alerts and incidents carry both: the text in
 * English, which the history, the outputs and the command line speak and which every version can read, and the
 * sentence, which a screen says in the language of its reader. A sentence that is added here is asked for by the
 * compiler in every language there is.
 */
import { connectionSayings, connectionWords } from "../../clients/sentences/index.ts";
import { inWords, type SentenceOf, type WordsOf } from "../../ground/index.ts";
import { evidenceSayings, evidenceWords } from "./evidence.ts";
import { storySayings, storyWords } from "./story.ts";
import { takebackSayings, takebackWords } from "./takeback.ts";

export const sayings = { ...connectionSayings, ...evidenceSayings, ...storySayings, ...takebackSayings };

export type Sentence = SentenceOf<typeof sayings>;
export type SentenceWords = WordsOf<typeof sayings>;

export type ConnectionWords = Pick<SentenceWords, keyof typeof connectionSayings>;

export type TakebackWords = Pick<SentenceWords, keyof typeof takebackSayings>;

export const inEnglish: SentenceWords = {
  ...connectionWords,
  ...evidenceWords,
  ...storyWords,
  ...takebackWords,
};

/** A text with the sentence it was made of; absent for free words, and in what an older clawback wrote down. */
export type Told = { readonly text: string; readonly said?: Sentence | undefined };

export const told = (said: Sentence): Told & { readonly said: Sentence } => ({
  text: english(said),
  said,
});

export const english = (said: Sentence): string => inWords(inEnglish, said);

/** What is known only as text, said as it stands. */
export const asTold = (text: string): Sentence => ({ say: "as-told", text });
