import { bytePath, comparePaths, pathOfText, pathText } from "../manifest/byte-path.ts";
import { nameInSnapshot, type SourcePlan } from "./plan.ts";
import type { Scan } from "./scan.ts";

/** One file, by its path from the directory that was asked about. */
export type FileBelow = { readonly path: string; readonly sizeBytes: number };

/**
 * The files below a directory as a walk has seen them, for whoever would otherwise walk through them again;
 * undefined when it has not seen all of them.
 */
export type FilesBelow = (directory: string) => readonly FileBelow[] | undefined;

export const filesBelowOf = (plan: SourcePlan, { items, findings, leftOut }: Scan): FilesBelow => {
  /** The number of the first name that comes after `path`. */
  const after = (path: string): number => {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = items[middle];
      if (item !== undefined && comparePaths(item.path, bytePath(path)) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (directory) => {
    const name = nameInSnapshot(plan, directory);
    if (name === undefined || name === "" || findings.length > 0) return undefined;
    const path = pathOfText(name);
    const below = `${path}/`;
    if (leftOut.some((each) => each.startsWith(below))) return undefined;
    const first = after(path);
    const itself = items[first - 1];
    if (itself?.path !== path || itself.stat.type !== "directory") return undefined;
    const files: FileBelow[] = [];
    for (let at = first; items[at]?.path.startsWith(below) === true; at += 1) {
      const item = items[at];
      if (item?.stat.type === "file")
        files.push({
          path: pathText(bytePath(item.path.slice(below.length))),
          sizeBytes: item.stat.sizeBytes,
        });
    }
    return files;
  };
};
