import { expect, it } from "vitest";
import { keyMarks } from "../../../../src/ui/console/terminal/index.ts";
import { keyMarks as marksOfBench } from "../../../bench/console/key-marks.ts";

it("shows the marks that the benchmarks look for", () => {
  expect(marksOfBench).toBe(keyMarks);
});
