import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { SnapshotSummary } from "../core/index.ts";
import { errnoOf, ExitCode, Problem } from "../ground/index.ts";

/**
 * A snapshot is laid out beside what is live: neither in the vault, nor in the state directory it came from, whose next
 * snapshot would hold everything twice. A state directory that was lost is nothing live any more: there it may go.
 */
export const refuseTarget = (
  target: string,
  vaultPath: string,
  { id, stateDir }: Pick<SnapshotSummary, "id" | "stateDir">,
): void => {
  const inside = [
    [vaultPath, "the vault"],
    [stateDir, `the state directory of ${id}`],
  ] as const;
  for (const [directory, what] of inside) {
    if (!`${placeOf(target)}${sep}`.startsWith(`${placeOf(directory)}${sep}`)) continue;
    if (isInPlaceOfLost(target, stateDir)) continue;
    throw new Problem("TARGET_OVERLAPS", `${target} lies in ${what}, ${directory}.`, {
      hint: "Name a directory outside of it with --target.",
      exit: ExitCode.usage,
    });
  }
};

/** The very place of a state directory, of which nothing is left. */
export const isInPlaceOfLost = (target: string, stateDir: string): boolean =>
  placeOf(target) === placeOf(stateDir) && (!existsSync(target) || readdirSync(target).length === 0);

/** With the links on the way resolved, as far as there is something. */
const placeOf = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    // Not there yet: what is above it says where it will be.
    if (errnoOf(error) === undefined || dirname(path) === path) return path;
    return join(placeOf(dirname(path)), basename(path));
  }
};
