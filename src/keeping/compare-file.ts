import { open } from "node:fs/promises";
import { constants } from "node:fs";
import { diffLimitBytes, diffText, placeOfShown, type TextDiff, type Vault } from "../core/index.ts";
import { errnoOf, ExitCode, harmless, isProblem, Problem } from "../ground/index.ts";
import { parseConfigText, redactLine, redactSecretLine, secretTexts } from "../openclaw/index.ts";
import { classesAt } from "./choose-paths.ts";
import type { ComparedSide } from "./compare-snapshots.ts";
import type { StateSource } from "./state-source.ts";

export type FileDifference = {
  readonly a: string;
  readonly b: string;
  readonly path: string;
  readonly difference: TextDiff;
};

/** One file, line by line, with what looks like a secret replaced. A side that has no such file counts as empty. */
export const compareFile = async (
  vault: Vault,
  before: ComparedSide,
  after: ComparedSide,
  path: string,
): Promise<FileDifference> => {
  const [old, now] = [await bytesOf(vault, before, path), await bytesOf(vault, after, path)];
  if (old === undefined && now === undefined) {
    throw new Problem("FILE_UNKNOWN", `Neither ${nameOf(before)} nor ${nameOf(after)} has a file ${path}.`, {
      hint: `Paths are those of clawback snapshots show ${nameOf(before)}.`,
      exit: ExitCode.usage,
    });
  }
  const show = await shownLines(path, [old, now]);
  const difference =
    old === "too-large" || now === "too-large"
      ? ({ kind: "too-large", limitBytes: diffLimitBytes } as const)
      : diffText(old ?? new Uint8Array(), now ?? new Uint8Array(), {
          names: {
            before: old === undefined ? "/dev/null" : `${nameOf(before)}/${path}`,
            after: now === undefined ? "/dev/null" : `${nameOf(after)}/${path}`,
          },
          show,
        });
  return { a: nameOf(before), b: nameOf(after), path, difference };
};

/** A configuration has a few dozen; each is looked for in every line that is shown. */
const mostHidden = 5_000;

/**
 * What of a line may be shown. In a file that is there to keep secrets no value is; in any other that reads as a
 * configuration none is that a configuration would not show in that place, which the line alone does not tell.
 */
const shownLines = async (path: string, sides: readonly Content[]): Promise<(line: string) => string> => {
  if (classesAt(path).includes("credentials") || /\.(?:pem|key)$/i.test(path))
    return (line) => redactSecretLine(harmless(line));
  const hidden = new Map<string, string>();
  for (const side of sides) {
    if (!(side instanceof Uint8Array) || !/\.json5?(?:\.|$)/.test(path)) continue;
    const config = await parseConfigText(Buffer.from(side).toString("utf8"));
    for (const [text, shown] of config === undefined ? [] : secretTexts(config)) {
      for (const quote of ['"', "'"]) hidden.set(`${quote}${text}${quote}`, `${quote}${shown}${quote}`);
      hidden.set(JSON.stringify(text), JSON.stringify(shown));
    }
  }
  if (hidden.size > mostHidden) return (line) => redactSecretLine(harmless(line));
  return (line) => {
    let shown = line;
    for (const [text, instead] of hidden) shown = shown.replaceAll(text, () => instead);
    return redactLine(harmless(shown));
  };
};

const nameOf = (side: ComparedSide): string => ("id" in side ? side.id : "live");

type Content = Uint8Array | "too-large" | undefined;

const bytesOf = async (vault: Vault, side: ComparedSide, path: string): Promise<Content> => {
  if ("live" in side) return await bytesNow(side.live, path);
  try {
    return await vault.readFile(side.id, path, diffLimitBytes);
  } catch (error) {
    if (isProblem(error) && error.code === "FILE_UNKNOWN") return undefined;
    if (isProblem(error) && error.code === "FILE_TOO_LARGE") return "too-large";
    throw error;
  }
};

const bytesNow = async ({ plan, stateDir }: StateSource, path: string): Promise<Content> => {
  if (path.split("/").some((part) => part === ".." || part === "")) return undefined;
  const root = plan.roots.find(({ prefix }) => prefix !== "" && `${path}/`.startsWith(`${prefix}/`));
  const inner = root === undefined ? path : path.slice(root.prefix.length + 1);
  const directory = root?.path ?? stateDir;
  // A root may be a file itself.
  const absolute = inner === "" ? directory : placeOfShown(directory, inner);
  try {
    // Neither a link out of the directory nor a pipe that would wait for a writer.
    await using file = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) return undefined;
    if (stat.size > diffLimitBytes) return "too-large";
    return await file.readFile();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
    throw new Problem("FILE_UNREADABLE", `${path} cannot be read now (${String(code)}).`, {
      hint: "Run as the user who owns it.",
      cause: error,
    });
  }
};
