import { existsSync, lstatSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { age, type Clock } from "../../ground/index.ts";
import { realFiles } from "../system/files.ts";
import { otherHolder } from "./holder.ts";
import { lastRecords, openJournal, type Journal } from "./journal.ts";
import { phaseOf } from "./records.ts";
import { realPlace } from "./real-place.ts";
import { accept, keptBeside } from "./takeback.ts";

export type Swept = {
  /** The restore whose time to be rolled back ran out. */
  readonly accepted?: string;
  readonly deleted: readonly string[];
  /** One sentence for a person. */
  readonly words: string;
};

/** When a restore that is in place stops waiting; undefined: it does not wait. */
export const acceptedAt = ({ records }: Pick<Journal, "records">, withinMs: number): number | undefined => {
  if (phaseOf(records) !== "in-place") return undefined;
  const swapped = records.findLast(({ step }) => step === "swapped");
  return swapped === undefined ? undefined : swapped.at + withinMs;
};

/**
 * Old states must not fill the disk for ever: a restore that nobody rolled back in time counts as accepted, and what
 * earlier ones left beside goes at the same age. Nothing is touched while a restore is under way.
 */
export const sweepKept = async (
  given: string,
  { clock, withinMs }: { readonly clock: Clock; readonly withinMs: number },
): Promise<Swept | undefined> => {
  const stateDir = realPlace(given);
  const journal = openJournal(stateDir);
  if (journal !== undefined) {
    const due = acceptedAt(journal, withinMs);
    if (due === undefined || clock.now() < due || (await otherHolder(journal)) !== undefined)
      return undefined;
    const deleted = journal.begun.roots.flatMap(keptBeside);
    await accept(journal, `nobody rolled it back within ${age(withinMs)}`, clock);
    return {
      accepted: journal.begun.snapshot,
      deleted,
      words: `The restore of ${journal.begun.snapshot} was not rolled back within ${age(withinMs)}: it counts as accepted, and the old state was deleted.`,
    };
  }
  // What a put-back took out again is a directory with the age of its renaming.
  const deleted = lastRoots(stateDir)
    .flatMap(keptBeside)
    .filter((path) => clock.now() - lstatSync(path).ctimeMs > withinMs);
  if (deleted.length === 0) return undefined;
  for (const path of deleted) rmSync(path, { recursive: true, force: true });
  for (const beside of new Set(deleted.map((path) => dirname(path)))) realFiles.syncDirectory(beside);
  return {
    deleted,
    words: `Deleted what earlier restores had left for longer than ${age(withinMs)}: ${deleted.join(", ")}.`,
  };
};

/** Beside what a restore that is over may have left something: it knew the workspaces too. */
export const lastRoots = (stateDir: string): readonly string[] => {
  const [begun] = lastRecords(stateDir);
  return [...new Set([stateDir, ...(begun?.step === "begun" ? begun.roots : [])])].filter((root) =>
    existsSync(dirname(root)),
  );
};
