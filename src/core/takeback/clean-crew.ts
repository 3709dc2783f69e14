import { statSync } from "node:fs";
import { entryUrl, hire, type Hands } from "../system/threads.ts";
import { cleanDatabase, type CleanedDatabase } from "./clean-databases.ts";

/** `path` is what it is called by people. */
export type StagedFile = { readonly path: string; readonly absolute: string };

/** A thread takes as long to come up as half of this takes to check. */
const worthThreadsBytes = 512 * 1024 * 1024;

/** Makes databases ready, several at once where there is much to read in them. The largest begin first. */
export const cleanDatabases = async (
  databases: readonly StagedFile[],
  hands: Hands,
): Promise<readonly CleanedDatabase[]> => {
  const sized = databases.map((each) => ({ ...each, sizeBytes: statSync(each.absolute).size }));
  const total = sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const crew = hire<StagedFile, CleanedDatabase>({
    hands,
    isWorthThreads: databases.length > 1 && total >= worthThreadsBytes,
    entry: entryUrl("clean.worker", import.meta.url),
    setup: undefined,
    own: () => clean,
  });
  try {
    const largestFirst = sized.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    return await Promise.all(largestFirst.map(({ absolute, path }) => crew.run({ absolute, path })));
  } finally {
    await crew.dismiss();
  }
};

/** What each of them does. */
export const clean = async ({ absolute, path }: StagedFile): Promise<CleanedDatabase> =>
  cleanDatabase(absolute, path);
