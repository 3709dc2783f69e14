import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../../../src/clients/gateway/backoff.ts";

const random = fc.double({ min: 0, max: 1, noNaN: true });
const failures = fc.nat({ max: 1_000 });

describe("waiting before the next attempt", () => {
  it("takes at most 3 s when a restart is under way, and at most 10 s when the gateway is down", () => {
    fc.assert(
      fc.property(failures, random, (count, value) => {
        for (const state of ["stopping", "crashed", "booting"] as const) {
          expect(backoffMs(state, count, () => value)).toBeLessThanOrEqual(3_000);
        }
        expect(backoffMs("down", count, () => value)).toBeLessThanOrEqual(10_000);
      }),
    );
  });

  it("grows with every failure up to its cap", () => {
    const waits = [0, 1, 2, 3, 4, 5].map((count) => backoffMs("down", count, () => 1));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it("is random from almost nothing to all of it, so that a fleet does not come back together", () => {
    expect(backoffMs("crashed", 0, () => 0)).toBe(50);
    expect(backoffMs("crashed", 0, () => 1)).toBe(1_000);
  });

  it("is long where only a person can change something", () => {
    expect(backoffMs("unauthorised", 0, () => 0.5)).toBe(60_000);
    expect(backoffMs("pairing", 9, () => 0.5)).toBe(10_000);
  });
});
