import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { errnoOf, ExitCode, keepMemorySteadyFor, Problem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { bytePath, pathOfText, pathText, type BytePath } from "../manifest/byte-path.ts";
import type { Meter } from "../progress.ts";
import { fileStatOf, type FileStat } from "./file-stat.ts";
import type { SourcePlan } from "./plan.ts";
import { Reach } from "./reach.ts";

/** One name that was found, in tree order. */
export type Scanned = {
  readonly path: BytePath;
  readonly absolute: BytePath;
  readonly stat: FileStat;
  /** Of a symlink. */
  readonly target: BytePath | undefined;
};

export type Scan = {
  /** In tree order. */
  readonly items: readonly Scanned[];
  /** What stands in the tree and, by the plan, belongs to no snapshot. */
  readonly leftOut: readonly BytePath[];
  readonly findings: readonly Finding[];
};

/** Where what stands under a root lies: `place`, and what a path has behind its first `cut` characters. */
type Root = { readonly place: string; readonly cut: number };

/** A walk finds many, and few are asked where they lie. */
class Found implements Scanned {
  readonly path: BytePath;
  readonly stat: FileStat;
  readonly target: BytePath | undefined;
  readonly #root: Root;

  constructor(path: BytePath, root: Root, stat: FileStat, target: BytePath | undefined) {
    this.path = path;
    this.stat = stat;
    this.target = target;
    this.#root = root;
  }

  get absolute(): BytePath {
    return absoluteOf(this.path, this.#root);
  }
}

const absoluteOf = (path: BytePath, { place, cut }: Root): BytePath => bytePath(place + path.slice(cut));

/** Names of one directory in tree order, and which of them is looked at next. Their paths are made when it comes to them. */
type Waiting = {
  readonly under: string;
  readonly root: Root;
  readonly names: readonly string[];
  next: number;
};

/** Names looked at before other work of this thread gets a turn. */
const namesPerBreath = 512;

/**
 * Walks the roots of a plan without following a link. What vanishes between two looks was never there; what cannot be
 * read is a finding. `onItem` hears of each name when it was looked at.
 */
export const scan = async (
  plan: SourcePlan,
  meter: Meter,
  signal: AbortSignal,
  onItem?: (item: Scanned) => void,
): Promise<Scan> => {
  using reach = new Reach();
  const items: Scanned[] = [];
  const leftOut: BytePath[] = [];
  const findings: Finding[] = [];
  let names = 0;

  const look = (path: BytePath, root: Root): Scanned | undefined => {
    try {
      const absolute = absoluteOf(path, root);
      const stat = fileStatOf(lstatSync(reach.at(absolute), { bigint: true }));
      if (plan.excludes(pathText(path), stat.type)) {
        leftOut.push(path);
        return undefined;
      }
      const target =
        stat.type === "symlink"
          ? bytePath(readlinkSync(reach.at(absolute), { encoding: "latin1" }))
          : undefined;
      return new Found(path, root, stat, target);
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOENT" || code === "EINVAL") return undefined;
      findings.push(unreadable(path, "FILE_UNREADABLE", code ?? String(error)));
      return undefined;
    }
  };

  const namesOf = (path: BytePath, absolute: BytePath): readonly string[] => {
    try {
      return readdirSync(reach.at(absolute), { encoding: "latin1" });
    } catch (error) {
      const code = errnoOf(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") {
        findings.push(unreadable(path, "DIRECTORY_UNREADABLE", code ?? String(error)));
      }
      return [];
    }
  };

  // A stack instead of recursion: trees may be deeper than the call stack allows.
  const waiting: Waiting[] = topOf(plan, namesOf).toReversed();
  /** Apart from the loop over all names, which V8 would take for worth optimizing with all of this in it. */
  const visit = (path: BytePath, root: Root): void => {
    const item = look(path, root);
    if (item === undefined) return;
    items.push(item);
    onItem?.(item);
    if (item.stat.type !== "directory") return;
    const below = [...namesOf(path, item.absolute)].sort();
    waiting.push({ under: `${path}/`, root, names: below, next: 0 });
  };
  for (let level = waiting.at(-1); level !== undefined; level = waiting.at(-1)) {
    const name = level.names[level.next];
    if (name === undefined) {
      waiting.pop();
      continue;
    }
    level.next += 1;
    names += 1;
    if (names % namesPerBreath === 0) {
      signal.throwIfAborted();
      keepMemorySteadyFor(names);
      meter.advance(namesPerBreath);
      await breathe();
    }
    visit(bytePath(level.under + name), level.root);
  }
  meter.end();
  return { items, leftOut, findings };
};

/** Stands in the target of a restore that is under way, or left something out. It is ours, and nobody's state. */
export const restoreMarker = ".clawback-restore";

/** The names on top: those of the state directory, and one per further root. */
const topOf = (
  plan: SourcePlan,
  namesOf: (path: BytePath, absolute: BytePath) => readonly string[],
): readonly Waiting[] => {
  const top = new Map<string, Root>();
  for (const root of plan.roots) {
    const absolute = pathOfText(root.path);
    const state = lstatOf(root.path);
    if (state === undefined) {
      throw new Problem("STATE_DIR_MISSING", `There is no state directory at ${root.path}.`, {
        hint: "Name the right one with --state-dir.",
        exit: ExitCode.usage,
      });
    }
    const prefix = pathOfText(root.prefix);
    const here = prefix === "" ? { place: `${absolute}/`, cut: 0 } : { place: absolute, cut: prefix.length };
    const names =
      prefix === "" ? namesOf(prefix, absolute).filter((name) => name !== restoreMarker) : [prefix];
    for (const name of names) {
      if (top.has(name)) {
        throw new Problem("ROOTS_CLASH", `${root.path} would stand at ${name}, which is taken.`, {
          hint: "Give the directory another name in the snapshot.",
          exit: ExitCode.usage,
        });
      }
      top.set(name, here);
    }
  }
  return [...top]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, root]) => ({ under: "", root, names: [name], next: 0 }));
};

const lstatOf = (path: string) => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === "ENOTDIR") return undefined;
    throw new Problem(
      "STATE_DIR_UNREADABLE",
      `${path} cannot be read (${errnoOf(error) ?? String(error)}).`,
      {
        hint: "Run as the user who owns it.",
        exit: ExitCode.usage,
        cause: error,
      },
    );
  }
};

export const unreadable = (
  path: BytePath,
  code: "FILE_UNREADABLE" | "DIRECTORY_UNREADABLE",
  reason: string,
): Finding => ({
  code,
  path: pathText(path),
  message: `${pathText(path) || "the directory"} cannot be read (${reason}) and is not in the snapshot.`,
  hint: "Run as the user who owns it, or leave it out.",
});
