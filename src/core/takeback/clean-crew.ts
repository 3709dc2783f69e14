import { statSync } from "node:fs";
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

/** Makes databases ready, several at once where there is much to read in them. The largest begin first. */
export const cleanDatabases = async (
  databases: readonly StagedFile[],
  hands: Hands,
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
    return await Promise.all(
      largestFirst.map(({ absolute, path }) => crew.run({ absolute, path, mappedBytes })),
    );
  } finally {
    await crew.dismiss();
  }
};

/** What each of them does. */
export const clean = async ({ absolute, path, mappedBytes }: CleanJob): Promise<CleanedDatabase> =>
  cleanDatabase(absolute, path, mappedBytes);
