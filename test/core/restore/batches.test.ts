import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytePath } from "../../../src/core/manifest/byte-path.ts";
import { batchesOf, type PlacedJob } from "../../../src/core/restore/batches.ts";

const placed = (number: number, directory: string, sizeBytes: number, order: number): PlacedJob => ({
  order,
  job: {
    number,
    path: bytePath(`${directory}/${number}`),
    mode: 0o600,
    owner: undefined,
    mtimeNs: 0n,
    sizeBytes,
    content: { layout: "chunks", database: false, list: { kind: "inline", ids: new Uint8Array() } },
    resume: false,
    sync: false,
  },
});

const jobs = fc
  .array(
    fc.tuple(
      fc.constantFrom("a", "a/b", "c"),
      fc.oneof(fc.nat(1_000), fc.nat(200_000), fc.nat(90_000_000)),
      fc.nat(9),
    ),
    { maxLength: 300 },
  )
  .map((all) => all.map(([directory, size, order], number) => placed(number, directory, size, order)));

describe("the batches of a restore", () => {
  it("hold every file once", () => {
    fc.assert(
      fc.property(jobs, (all) => {
        const numbers = batchesOf(all)
          .flat()
          .map(({ number }) => number);
        expect(numbers.toSorted((a, b) => a - b)).toEqual(all.map(({ job }) => job.number));
      }),
    );
  });

  it("are small, or one file", () => {
    fc.assert(
      fc.property(jobs, (all) => {
        for (const batch of batchesOf(all)) {
          const bytes = batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
          expect(batch.length === 1 || bytes <= 16 * 1024 * 1024).toBe(true);
        }
      }),
    );
  });

  it("leave the small files of a directory with one thread", () => {
    const notes = Array.from({ length: 3_500 }, (_, number) => placed(number, "notes", 1_500, number % 7));
    const cron = Array.from({ length: 800 }, (_, number) => placed(5_000 + number, "cron", 300, 1));
    const batches = batchesOf([...notes, ...cron]);
    const threadsIn = (directory: string) =>
      batches.filter((batch) => batch.some(({ path }) => path.startsWith(`${directory}/`))).length;
    expect(threadsIn("cron")).toBe(1);
    expect(threadsIn("notes")).toBe(1);
  });

  it("begin with what takes longest, and keep the order of what takes about the same", () => {
    const batches = batchesOf([
      placed(1, "a", 300_000, 5),
      placed(2, "a", 100_000, 3),
      placed(3, "b", 80_000_000, 9),
      placed(4, "c", 10, 0),
    ]);
    expect(batches.map((batch) => batch.map(({ number }) => number))).toEqual([[3], [4], [2, 1]]);
  });
});
