import { ExitCode, Problem } from "../../ground/index.ts";
import type { Command } from "./command.ts";
import { didYouMean } from "./nearest.ts";

/** One line per command; the module behind it is loaded only when it is the one asked for. */
export type Entry = {
  readonly words: readonly string[];
  readonly load: () => Promise<{ readonly command: Command }>;
};

/** The entry whose words the plain words begin with; the longest one wins. */
export const findEntry = (entries: readonly Entry[], plain: readonly string[]): Entry => {
  const matching = entries
    .filter((entry) => entry.words.length > 0 || plain.length === 0)
    .filter((entry) => entry.words.every((word, index) => plain[index] === word))
    .toSorted((a, b) => b.words.length - a.words.length);
  const found = matching[0];
  const [first = "", second] = plain;
  const siblings = entries.filter((entry) => entry.words[0] === first && entry.words.length > 1);
  // `alerts` is a command and a family: what follows it is a verb, right or wrong.
  const isVerbWrong = found?.words.length === 1 && plain.length > 1 && siblings.length > 0;
  if (found !== undefined && !isVerbWrong) return found;

  // As far as a family was typed (`vault key`), what can follow; else what the second word should have been.
  const begun = siblings.filter((entry) => plain.every((word, index) => entry.words[index] === word));
  if (plain.length > 1 && begun.length > 0) {
    const verbs = begun.map((entry) => entry.words[plain.length] ?? "");
    throw new Problem("USAGE_COMMAND", `"${plain.join(" ")}" needs one of: ${verbs.join(", ")}.`, {
      exit: ExitCode.usage,
      hint: `clawback ${plain.join(" ")} --help lists them.`,
    });
  }
  if (siblings.length > 0) {
    const verbs = [...new Set(siblings.map((entry) => entry.words[1] ?? ""))];
    throw new Problem(
      "USAGE_COMMAND",
      second === undefined
        ? `"${first}" needs one of: ${verbs.join(", ")}.`
        : `Unknown command "${first} ${second}".${didYouMean(second, verbs)}`,
      { exit: ExitCode.usage, hint: `clawback ${first} --help lists them.` },
    );
  }
  const names = [...new Set(entries.map((entry) => entry.words[0] ?? ""))];
  throw new Problem("USAGE_COMMAND", `Unknown command "${first}".${didYouMean(first, names)}`, {
    exit: ExitCode.usage,
    hint: "clawback --help lists the commands.",
  });
};
