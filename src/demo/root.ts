import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The temporary folder of one fleet. A console that was killed could not take its own along, so each name carries the
 * number of its process, and the next demo removes those whose process is gone.
 */
export const makeRoot = (): string => {
  const parent = tmpdir();
  for (const name of readdirSync(parent)) {
    const pid = Number(/^clawback-demo-(\d+)-\w{6}$/.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    // Two demos may start at once and sweep the same folder.
    rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }
  return mkdtempSync(join(parent, `clawback-demo-${process.pid}-`));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else lives too; its folder would not be ours to remove.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
};
