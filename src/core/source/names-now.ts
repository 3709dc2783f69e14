import { systemClock } from "../../ground/index.ts";
import { pathText } from "../manifest/byte-path.ts";
import type { EntryType } from "../manifest/entry.ts";
import { Meter } from "../progress.ts";
import { filesBelowOf, type FilesBelow } from "./files-below.ts";
import type { SourcePlan } from "./plan.ts";
import { scan } from "./scan.ts";

export type NamesNow = {
  /** By path in a snapshot. */
  readonly names: readonly { readonly path: string; readonly type: EntryType }[];
  readonly filesBelow: FilesBelow;
};

/** What is there now; no file is looked into. */
export const namesNow = async (plan: SourcePlan, signal: AbortSignal): Promise<NamesNow> => {
  const scanned = await scan(plan, new Meter(systemClock, undefined, "scan", "files"), signal);
  return {
    names: scanned.items.map(({ path, stat }) => ({ path: pathText(path), type: stat.type })),
    filesBelow: filesBelowOf(plan, scanned),
  };
};
