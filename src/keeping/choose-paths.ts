import { ExitCode, Problem } from "../ground/index.ts";
import {
  classesOf,
  isMeantBy,
  logsOf,
  stateSubjects,
  type ClassOptions,
  type StateClass,
} from "../openclaw/index.ts";

const subjects: readonly string[] = stateSubjects;

/**
 * Which files of a snapshot somebody means by `--only` and `--except`: what files are for (`config`, `sessions`,
 * `agent:work`), or paths. What is chosen and excepted is not taken. Nothing named: everything.
 */
export const choosePaths = (
  only: readonly string[],
  except: readonly string[],
): ((path: string) => boolean) | undefined => {
  if (only.length === 0 && except.length === 0) return undefined;
  const [wanted, unwanted] = [only.map(matcher), except.map(matcher)];
  return (path) =>
    (wanted.length === 0 || wanted.some((matches) => matches(path))) &&
    !unwanted.some((matches) => matches(path));
};

/** The paths outside of which `--only` means nothing, when it names nothing but paths. */
export const pathsChosen = (only: readonly string[]): readonly string[] | undefined => {
  const paths = only.map((written) => wordOf(written).path);
  return paths.length > 0 && paths.every((path) => path !== undefined)
    ? paths.flatMap((path) => [path, ...logsOf(path)])
    : undefined;
};

const matcher = (written: string): ((path: string) => boolean) => {
  const { word, path } = wordOf(written);
  return path === undefined
    ? (each) => classesAt(each).some((known) => known === word)
    : (each) => isMeantBy(each, path);
};

/** `path` is absent when it says what files are for. */
const wordOf = (written: string): { readonly word: string; readonly path?: string } => {
  const word = written.trim().replace(/\/+$/, "");
  if (word === "") {
    throw new Problem("USAGE_VALUE", "An empty text chooses nothing.", {
      hint: `Write one of ${subjects.join(", ")}, agent:ID, or a path as in clawback snapshots show.`,
      exit: ExitCode.usage,
    });
  }
  // `workspace` is what files are for, `workspace/` is a directory.
  const isClass = word === written.trim() && (subjects.includes(word) || word.startsWith("agent:"));
  return isClass ? { word } : { word, path: word.replace(/^\.\//, "") };
};

/** What a path of a snapshot is for. Roots that lie elsewhere stand under `@` and the name of what they are. */
export const classesAt = (path: string): readonly StateClass[] => {
  const { kind, owner, inner } =
    /^@(?<kind>[a-z]+)(?::(?<owner>[^/]*))?(?:\/(?<inner>.*))?$/s.exec(path)?.groups ?? {};
  const known = kinds.find((each) => each === kind);
  if (known === undefined) return classesOf(path);
  return classesOf(inner ?? "", {
    kind: known,
    ...(owner === undefined || owner === "" ? {} : { agents: [owner] }),
  });
};

const kinds = [
  "workspace",
  "agent",
  "config",
  "credentials",
] as const satisfies readonly ClassOptions["kind"][];
