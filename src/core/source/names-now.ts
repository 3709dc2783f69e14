import { systemClock } from "../../ground/index.ts";
import { pathText } from "../manifest/byte-path.ts";
import type { EntryType } from "../manifest/entry.ts";
import { Meter } from "../progress.ts";
import type { SourcePlan } from "./plan.ts";
import { scan } from "./scan.ts";

/** What is there now, by path in a snapshot; no file is looked into. */
export const namesNow = async (
  plan: SourcePlan,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly type: EntryType }[]> => {
  const { items } = await scan(plan, new Meter(systemClock, undefined, "scan", "files"), signal);
  return items.map(({ path, stat }) => ({ path: pathText(path), type: stat.type }));
};
