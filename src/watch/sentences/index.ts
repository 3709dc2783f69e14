/**
 * What the watch says, as sentences with values rather than as text. Alerts and incidents carry both: the text in
 * English, which the history, the outputs and the command line speak and which every version can read, and the
 * sentence, which a screen says in the language of its reader. A sentence that is added here is asked for by the
 * compiler in every language there is.
 */
import {
  connectionSayings,
  connectionWords,
  serviceSayings,
  serviceWords,
} from "../../clients/sentences/index.ts";
import {
  inWords,
  isSentence,
  Problem,
  problemOf,
  type ExitCode,
  type SentenceOf,
  type WordsOf,
} from "../../ground/index.ts";
import { evidenceSayings, evidenceWords } from "./evidence.ts";
import { problemSayings, problemWords } from "./problems.ts";
import { storySayings, storyWords } from "./story.ts";
import { takebackSayings, takebackWords } from "./takeback.ts";

export const sayings = {
  ...connectionSayings,
  ...serviceSayings,
  ...evidenceSayings,
  ...storySayings,
  ...takebackSayings,
  ...problemSayings,
};

export type Sentence = SentenceOf<typeof sayings>;
export type SentenceWords = WordsOf<typeof sayings>;

export type ConnectionWords = Pick<SentenceWords, keyof typeof connectionSayings>;

export type ServiceWords = Pick<SentenceWords, keyof typeof serviceSayings>;

export type TakebackWords = Pick<SentenceWords, keyof typeof takebackSayings>;

export type ProblemWords = Pick<SentenceWords, keyof typeof problemSayings>;

export const inEnglish: SentenceWords = {
  ...connectionWords,
  ...serviceWords,
  ...evidenceWords,
  ...storyWords,
  ...takebackWords,
  ...problemWords,
};

/** A text with the sentence it was made of; absent for free words, and in what an older clawback wrote down. */
export type Told = { readonly text: string; readonly said?: Sentence | undefined };

/** The same where the sentence is known. Not an intersection: of two unions of hundreds the compiler makes a product. */
type ToldAs = { readonly text: string; readonly said: Sentence };

export const told = (said: Sentence): ToldAs => ({
  text: english(said),
  said,
});

export const english = (said: Sentence): string => inWords(inEnglish, said);

/** What is known only as text, said as it stands. */
export const asTold = (text: string): Sentence => ({ say: "as-told", text });

/** A problem whose message and hint are sentences: in English for the command line, in any language on a screen. */
export const problemSaid = (
  code: string,
  said: Sentence,
  way: { readonly advice?: Sentence | undefined; readonly exit?: ExitCode; readonly cause?: unknown } = {},
): Problem => {
  const { advice, exit, cause } = way;
  return new Problem(code, english(said), {
    said,
    ...(advice === undefined ? {} : { hint: english(advice), advice }),
    ...(exit === undefined ? {} : { exit }),
    ...(cause === undefined ? {} : { cause }),
  });
};

export type Failure = {
  readonly why: string;
  readonly said: Sentence;
  readonly hint: string | undefined;
  readonly advice: Sentence | undefined;
};

/** What was thrown, as sentences; of what no table knows, its code says what kind of failure it is and what to do. */
export const failureOf = (error: unknown): Failure => {
  const { code, message, hint, said, advice } = problemOf(error);
  return {
    why: message,
    said: isSentence(sayings, said) ? said : { say: "problem", code, text: message },
    hint,
    advice:
      hint === undefined
        ? undefined
        : isSentence(sayings, advice)
          ? advice
          : { say: "way-out", code, text: hint },
  };
};

/** The same in one sentence: what failed, and what to do about it. */
export const whyOf = (error: unknown): ToldAs => {
  const { said, advice } = failureOf(error);
  return told(advice === undefined ? said : { say: "with-advice", first: said, second: advice });
};
