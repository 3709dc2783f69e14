import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { errnoOf, isMissing } from "../../ground/index.ts";

export type MemoryFile = {
  /** Relative to the workspace, with `/` between the parts: as the gateway's index names it. */
  readonly path: string;
  readonly sizeBytes: number;
};

export type MemoryFiles =
  | { readonly kind: "read"; readonly files: readonly MemoryFile[] }
  /** There is no such workspace. */
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable" };

/** Bounds of the walk: years of daily notes fit well within. */
const fileLimit = 50_000;
const depthLimit = 16;
/** What the gateway puts aside there is nobody's memory. */
const notMemory = ".openclaw-repair";
/** Looked at in one go, which takes a millisecond or two: a name by itself would cost ten times as much in waiting. */
const namesPerBreath = 256;

/** The files below a directory, from who has just looked at all of them; undefined of a directory they do not know. */
export type FilesBelow = (directory: string) => readonly MemoryFile[] | undefined;

/**
 * The files of a workspace that are its agent's memory, by the rules of OpenClaw's index: `MEMORY.md`, `USER.md` and
 * Markdown below `memory/`. Links below it are not followed.
 */
export const memoryFilesOf = async (workspace: string, filesBelow?: FilesBelow): Promise<MemoryFiles> => {
  try {
    readdirSync(workspace);
  } catch (error) {
    return { kind: isMissing(error) ? "absent" : "unreadable" };
  }
  const top = ["MEMORY.md", "USER.md"].flatMap((name): MemoryFile[] => {
    const stat = kindOf(join(workspace, name));
    return stat?.isFile() === true ? [{ path: name, sizeBytes: stat.size }] : [];
  });
  const seen = filesBelow?.(join(workspace, "memory"))?.filter(({ path }) => isMemory(path));
  const below = seen?.map(({ path, sizeBytes }) => ({ path: `memory/${path}`, sizeBytes }));
  return { kind: "read", files: [...top, ...(below ?? (await walk(workspace)))].slice(0, fileLimit) };
};

/** What the walk would take, by its path from `memory/`. */
const isMemory = (path: string): boolean => {
  const parts = path.split("/");
  return path.endsWith(".md") && parts.length <= depthLimit && !parts.slice(0, -1).includes(notMemory);
};

const walk = async (workspace: string): Promise<readonly MemoryFile[]> => {
  const files: MemoryFile[] = [];
  const waiting: { readonly path: string; readonly depth: number }[] = [];
  if (kindOf(join(workspace, "memory"))?.isDirectory() === true) waiting.push({ path: "memory", depth: 1 });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [at, name] of namesOf(join(workspace, next.path)).entries()) {
      if (at % namesPerBreath === namesPerBreath - 1) await breathe();
      const path = `${next.path}/${name}`;
      const stat = kindOf(join(workspace, path));
      if (stat?.isDirectory() === true) {
        if (next.depth < depthLimit && name !== notMemory) waiting.push({ path, depth: next.depth + 1 });
      } else if (stat?.isFile() === true && name.endsWith(".md")) {
        files.push({ path, sizeBytes: stat.size });
        if (files.length >= fileLimit) return files;
      }
    }
  }
  return files;
};

const namesOf = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory).slice(0, fileLimit);
  } catch (error) {
    // It was removed, or is somebody else's: what cannot be listed is not counted.
    if (!isGone(error)) throw error;
    return [];
  }
};

const kindOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};

const isGone = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG"].includes(errnoOf(error) ?? "");
