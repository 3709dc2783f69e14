import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./is-alive.ts";

/**
 * A temporary folder that only its user may look into and that goes with its work. Who is killed cannot take it along, so
 * each name carries the number of its process, and whoever makes the next of a kind removes those whose process is gone.
 */
export const makePassingFolder = (kind: string): string => {
  const parent = tmpdir();
  for (const name of readdirSync(parent)) {
    const [, of, pid] = /^clawback-([a-z]+)-(\d+)-\w{6}$/.exec(name) ?? [];
    if (of === kind && !isAlive(Number(pid)) && isOurs(join(parent, name))) {
      // Two may start at once and sweep the same folder.
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
  return mkdtempSync(join(parent, `clawback-${kind}-${process.pid}-`));
};

/** Where others make theirs, too, only they can remove what they left. */
const isOurs = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
};
