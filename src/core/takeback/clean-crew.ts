import { statSync } from "node:fs";
import { isProblem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { entryUrl, hire, type Hands } from "../system/threads.ts";
import { cleanDatabase, type CleanedDatabase, type StagedPlace } from "./clean-databases.ts";

/** `path` is what it is called by people. */
export type StagedFile = { readonly path: string; readonly absolute: StagedPlace };

/** A thread takes as long to come up as half of this takes to check. */
const worthThreadsBytes = 512 * 1024 * 1024;

/** A database to make ready, and how much of it may be looked at where the system holds it. */
type CleanJob = StagedFile & { readonly mappedBytes: number };

/** That counts as memory of this process: only where one works, and no more than there is room for. */
const mappedByOneBytes = 32 * 1024 * 1024;

/** What a command may hold in all. A restore of 500 MB holds most of that when it comes to its databases. */
const residentLimitBytes = 180 * 1024 * 1024;

const roomToMap = (): number =>
  Math.max(0, Math.min(mappedByOneBytes, residentLimitBytes - process.memoryUsage.rss()));

/**
 * Makes databases ready, several at once where there is much to read in them. The largest begin first. One that is not
 * whole is the end of it, unless somebody hears of it and goes on with the rest.
 */
export const cleanDatabases = async (
  databases: readonly StagedFile[],
  hands: Hands,
  onDamaged?: (finding: Finding) => void,
): Promise<readonly CleanedDatabase[]> => {
  const sized = databases.map((each) => ({ ...each, sizeBytes: statSync(each.absolute).size }));
  const total = sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const isWorthThreads = databases.length > 1 && total >= worthThreadsBytes;
  const mappedBytes = total >= worthThreadsBytes ? 0 : roomToMap();
  const crew = hire<CleanJob, CleanedDatabase>({
    hands,
    isWorthThreads,
    entry: entryUrl("clean.worker", import.meta.url),
    setup: undefined,
    own: () => clean,
  });
  try {
    const largestFirst = sized.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    const cleaned = await Promise.all(
      largestFirst.map(async ({ absolute, path }) => {
        try {
          return [await crew.run({ absolute, path, mappedBytes })];
        } catch (error) {
          if (onDamaged === undefined || !isProblem(error)) throw error;
          onDamaged({ code: "DATABASE_DAMAGED", path, message: error.message, hint: liesAsItWas });
          return [];
        }
      }),
    );
    return cleaned.flat();
  } finally {
    await crew.dismiss();
  }
};

const liesAsItWas = "It was like that when the snapshot was taken, and lies there as it was.";

/** What each of them does. */
export const clean = async ({ absolute, path, mappedBytes }: CleanJob): Promise<CleanedDatabase> =>
  cleanDatabase(absolute, path, mappedBytes);
