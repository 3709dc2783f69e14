import { statSync } from "node:fs";
import { isProblem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { cleanDatabase, type CleanedDatabase, type StagedPlace } from "./clean-databases.ts";

/** `path` is what it is called by people. */
export type StagedFile = { readonly path: string; readonly absolute: StagedPlace };

/** A database to make ready, and how much of it may be looked at where the system holds it. */
export type CleanJob = StagedFile & { readonly mappedBytes: number };

/** Who makes databases ready, and how many at a time: those who laid them out, while they are still there. */
export type Cleaner = {
  readonly hands: number;
  /** They give back what memory they can do without meanwhile. */
  readonly makeRoom: () => Promise<void>;
  readonly clean: (job: CleanJob) => Promise<CleanedDatabase>;
};

/** That counts as memory of this process: no more than there is room for. */
const mappedByOneBytes = 32 * 1024 * 1024;

/** What a command may hold in all. A restore of 500 MB holds most of that when it comes to its databases. */
const residentLimitBytes = 180 * 1024 * 1024;

const roomToMap = (hands: number): number => {
  const room = Math.max(0, residentLimitBytes - process.memoryUsage.rss());
  return Math.min(mappedByOneBytes, Math.floor(room / hands));
};

/**
 * Makes databases ready, several at once where there are hands for it. The largest begin first. One that is not whole is
 * the end of it, unless somebody hears of it and goes on with the rest.
 */
export const cleanDatabases = async (
  databases: readonly StagedFile[],
  { hands, makeRoom, clean }: Cleaner,
  onDamaged?: (finding: Finding) => void,
): Promise<readonly CleanedDatabase[]> => {
  const sized = databases.map((each) => ({ ...each, sizeBytes: statSync(each.absolute).size }));
  const largestFirst = sized.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  if (databases.length > 0) await makeRoom();
  const mappedBytes = roomToMap(hands);
  const cleaned = await Promise.all(
    largestFirst.map(async ({ absolute, path }) => {
      try {
        return [await clean({ absolute, path, mappedBytes })];
      } catch (error) {
        if (onDamaged === undefined || !isProblem(error)) throw error;
        onDamaged({ code: "DATABASE_DAMAGED", path, message: error.message, hint: liesAsItWas });
        return [];
      }
    }),
  );
  return cleaned.flat();
};

const liesAsItWas = "It was like that when the snapshot was taken, and lies there as it was.";

/** What each of them does. */
export const cleanOne = ({ absolute, path, mappedBytes }: CleanJob): CleanedDatabase =>
  cleanDatabase(absolute, path, mappedBytes);
