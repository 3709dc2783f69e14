import type { ReadJob, ReadResult } from "./chunk-file.ts";
import type { Sorted } from "./classify.ts";

/** Small files travel together; a large one alone. */
const batchFiles = 64;
const batchBytes = 4 * 1024 * 1024;

export const readFiles = async (
  files: readonly Sorted[],
  read: (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>,
): Promise<ReadonlyMap<Sorted, ReadResult>> => {
  const found = new Map<Sorted, ReadResult>();
  const batches: ReadJob[][] = [];
  let batch: ReadJob[] = [];
  let bytes = 0;
  // The large ones first, so that no thread begins one when the others are done.
  const order = [...files.keys()].sort((a, b) => sizeClass(files[b]) - sizeClass(files[a]) || a - b);
  for (const number of order) {
    const item = files[number]?.item;
    if (item === undefined) continue;
    const { stat, absolute } = item;
    const sparse = stat.allocatedBytes + 512 < stat.sizeBytes;
    batch.push({
      number,
      absolute,
      cutting: { kind: sparse ? "sparse" : "content" },
      startAt: 0,
      endAt: undefined,
    });
    bytes += stat.sizeBytes;
    if (batch.length >= batchFiles || bytes >= batchBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
  }
  batches.push(batch);
  await Promise.all(
    batches.map(async (jobs) => {
      for (const result of await read(jobs)) {
        const file = files[result.number];
        if (file !== undefined) found.set(file, result);
      }
    }),
  );
  return found;
};

const sizeClass = (sorted: Sorted | undefined): number =>
  Math.floor((sorted?.item.stat.sizeBytes ?? 0) / (8 * batchBytes));
