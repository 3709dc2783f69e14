import { everything, type TakebackScope } from "../../core/index.ts";
import { ExitCode, Problem } from "../../ground/index.ts";
import { isMeantBy, stateSubjects } from "../../openclaw/index.ts";

export type ScopeChoice = {
  readonly only: readonly string[];
  readonly except: readonly string[];
};

/** What classes a path of the snapshot belongs to: its subject and its agents. */
export type ClassesOfPath = (path: string) => readonly string[];

/**
 * What of a snapshot is meant by `--only` and `--except`: classes, `agent:<id>`, or paths as `snapshots show` lists
 * them. A word that means nothing is refused, because a mistyped exception would take back what should stay.
 */
export const scopeOf = (
  { only, except }: ScopeChoice,
  classesOf: ClassesOfPath,
  paths: readonly string[],
  hot: boolean,
): TakebackScope => {
  if (only.length === 0 && except.length === 0) return everything;
  const known = new Set(paths.flatMap((path) => [...classesOf(path)]));
  for (const word of [...only, ...except]) {
    const isClass = stateSubjects.some((each) => each === word) || known.has(word);
    if (isClass || paths.some((path) => isMeantBy(path, pathOf(word)))) continue;
    throw new Problem("SCOPE_UNKNOWN", `"${word}" is neither a class nor a path of this snapshot.`, {
      hint: `${word.includes(",") ? "Name one at a time: --except config --except credentials. " : ""}Classes are ${stateSubjects.join(", ")} and agent:<id>; paths are as \`clawback snapshots show\` lists them.`,
      exit: ExitCode.usage,
    });
  }
  const matches = (path: string, words: readonly string[]): boolean =>
    words.some((word) => isMeantBy(path, pathOf(word)) || classesOf(path).includes(word));
  return {
    words: [
      ...(only.length === 0 ? [] : [`only ${only.join(", ")}`]),
      ...(except.length === 0 ? [] : [`all but ${except.join(", ")}`]),
    ].join(", "),
    extent: {
      kind: "part",
      includes: (path) => (only.length === 0 || matches(path, only)) && !matches(path, except),
      hot,
    },
  };
};

const pathOf = (word: string): string => word.replace(/\/+$/, "");
