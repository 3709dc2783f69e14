import { statSync, utimesSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { timeOf } from "../../../src/core/restore/write-file.ts";
import { temporary } from "../support/places.ts";

test("A time before 1970 is the same after it went through a file twice", () => {
  using place = temporary();
  const path = place.at("file");
  writeFileSync(path, "");
  const timeThere = (): bigint => statSync(path, { bigint: true }).mtimeNs;
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: -1 }), (ms) => {
      utimesSync(path, new Date(ms), new Date(ms));
      const first = timeThere();
      utimesSync(path, timeOf(first), timeOf(first));
      expect(timeThere()).toBe(first);
    }),
    { examples: [[-113_344]] },
  );
});
