import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytePath } from "../../../src/core/manifest/byte-path.ts";
import { batchLines, type PlacedJob } from "../../../src/core/restore/batches.ts";

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
        const numbers = batchLines(all)
          .flat(2)
          .map(({ number }) => number);
        expect(numbers.toSorted((a, b) => a - b)).toEqual(all.map(({ job }) => job.number));
      }),
    );
  });

  it("are small, or one file", () => {
    fc.assert(
      fc.property(jobs, (all) => {
        for (const batch of batchLines(all).flat()) {
          const bytes = batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
          expect(batch.length === 1 || bytes <= 16 * 1024 * 1024).toBe(true);
        }
      }),
    );
  });

  it("leave the small files of a directory with one thread at a time, however many they are", () => {
    const notes = Array.from({ length: 14_000 }, (_, number) => placed(number, "notes", 1_500, number % 7));
    const cron = Array.from({ length: 800 }, (_, number) => placed(50_000 + number, "cron", 300, 1));
    const lines = batchLines([...notes, ...cron]);
    const directories = lines.map((line) => new Set(line.flat().map(({ path }) => path.split("/")[0])));
    expect(directories.map((each) => [...each].join())).toEqual(["notes", "cron"]);
    expect(lines[0]?.length).toBeGreaterThan(1);
  });

  it("begin with what takes longest, and keep the order of what takes about the same", () => {
    const lines = batchLines([
      placed(1, "a", 300_000, 5),
      placed(2, "a", 100_000, 3),
      placed(3, "b", 80_000_000, 9),
      placed(4, "c", 10, 0),
    ]);
    expect(lines.map((line) => line.flat().map(({ number }) => number))).toEqual([[3], [4], [2, 1]]);
  });
});
