import { statSync, utimesSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { timeOf } from "../../../src/core/restore/write-file.ts";
import { temporary } from "../support/places.ts";
import { microsecondOf } from "../support/trees.ts";

test("A time before 1970 is the same to the microsecond after it went through a file twice", () => {
  using place = temporary();
  const path = place.at("file");
  writeFileSync(path, "");
  fc.assert(
    fc.property(fc.bigInt({ min: -2_000_000_000_000_000_000n, max: -1n }), (ns) => {
      utimesSync(path, timeOf(ns), timeOf(ns));
      const there = statSync(path, { bigint: true }).mtimeNs;
      expect(microsecondOf(there)).toBe(microsecondOf(ns));
      utimesSync(path, timeOf(there), timeOf(there));
      expect(microsecondOf(statSync(path, { bigint: true }).mtimeNs)).toBe(microsecondOf(ns));
    }),
    { examples: [[-113_344_000_000n], [-1n], [-1_000n], [-1_234_567_890_123_456_789n]] },
  );
});
