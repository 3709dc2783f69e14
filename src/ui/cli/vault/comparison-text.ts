import { reportLines } from "../../../core/index.ts";
import type { ComparedSnapshots } from "../../../keeping/index.ts";

/** Numbers of the state itself. Those of the process that ran it are in JSON: between two moments they always differ. */
const ofState: ReadonlySet<string> = new Set([
  "contextUsage",
  "contextPressure",
  "contextBytes",
  "agents",
  "sessions",
  "memoryKeys",
  "filesAccessed",
]);

/** A comparison as people read it, with so many lines of each list. */
export const comparisonText = (comparison: ComparedSnapshots, limit: number): string => {
  const vitals = comparison.vitals.filter(({ name }) => ofState.has(name));
  return [
    ...reportLines({ ...comparison, vitals }, { listLimit: limit === 0 ? Infinity : limit }),
    ...(comparison.notes.length === 0 ? [] : ["", ...comparison.notes.map((note) => `⚠️ ${note}`)]),
    "",
  ].join("\n");
};
