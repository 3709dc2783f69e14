import { parentOf } from "../manifest/byte-path.ts";
import type { WriteJob } from "./write-file.ts";

/** A file to write, and where its content lies: equal numbers, equal frames. */
export type PlacedJob = { readonly job: WriteJob; readonly order: number };

/** Up to here a file costs its name rather than its bytes. */
const smallBytes = 64 * 1024;
const mostFiles = 4_096;
const mostSmallBytes = 16 * 1024 * 1024;
const mostLargeBytes = 4 * 1024 * 1024;
/** What creating a file costs, in bytes that could be written in that time. */
const nameBytes = 32 * 1024;

/** What one thread does in one go. */
export type Batch = readonly WriteJob[];

/**
 * Files whose content lies together are written together, so that each frame is opened about once. Small files of a
 * directory are never written by two threads at a time, because two that create names in it wait for each other: its
 * batches stand in one line, to be done one after the other. What takes long begins first, so that no thread is left with
 * it when the others are done.
 */
export const batchLines = (jobs: readonly PlacedJob[]): readonly (readonly Batch[])[] => {
  const small = Map.groupBy(
    jobs.filter(({ job }) => job.sizeBytes <= smallBytes),
    ({ job }) => parentOf(job.path),
  );
  const large = jobs.filter(({ job }) => job.sizeBytes > smallBytes);
  const lines = [
    ...[...small.values()].map((group) => cut(group, mostSmallBytes)),
    ...cut(large, mostLargeBytes).map((batch) => [batch]),
  ];
  return lines
    .map((line) => ({ line, cost: costOf(line) }))
    .sort((a, b) => b.cost - a.cost)
    .map(({ line }) => line);
};

const cut = (jobs: readonly PlacedJob[], mostBytes: number): readonly Batch[] => {
  const batches: WriteJob[][] = [];
  let batch: WriteJob[] = [];
  let bytes = 0;
  for (const { job } of jobs.toSorted((a, b) => a.order - b.order)) {
    // A long file is a batch by itself.
    if (batch.length > 0 && (batch.length >= mostFiles || bytes + job.sizeBytes > mostBytes)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(job);
    bytes += job.sizeBytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
};

/** In coarse steps: what costs about the same keeps the order in which it lies. */
const costOf = (line: readonly Batch[]): number =>
  Math.floor(
    line.flat().reduce((sum, { sizeBytes }) => sum + sizeBytes + nameBytes, 0) / (2 * mostSmallBytes),
  );
