import { globalOptions } from "../../src/ui/cli/command.ts";
import { entries } from "../../src/ui/cli/commands/index.ts";
import { readInput, sortWords } from "../../src/ui/cli/parse.ts";
import { findEntry } from "../../src/ui/cli/registry.ts";

/** The words of a suggested command as a shell would hand them over: quotes are the only thing it may use. */
const shellWords = (line: string): readonly string[] =>
  [...line.matchAll(/(?:\\'|[^\s']|'[^']*')+/g)].map(([word]) =>
    word.replaceAll("\\'", "\u0000").replaceAll("'", "").replaceAll("\u0000", "'"),
  );

/**
 * Reads a command that the program suggests as the program itself would, up to the point where it would be run: the
 * command must be there, and take these operands and options. Throws what a person would be told.
 */
export const readSuggested = async (line: string): Promise<readonly string[]> => {
  const [program, ...argv] = shellWords(line);
  if (program !== "clawback") throw new Error(`not one of ours: ${line}`);
  const { command } = await findEntry(entries, sortWords(argv, globalOptions).plain).load();
  readInput(sortWords(argv, { ...globalOptions, ...command.options }), command);
  return command.words;
};
