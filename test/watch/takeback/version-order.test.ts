import { describe, expect, it } from "vitest";
import { versionOrder } from "../../../src/watch/takeback/version-order.ts";

describe("the order of two releases", () => {
  it.each([
    ["2026.9.1", "2026.9.6"],
    ["2026.9.6", "2026.10.1"],
    ["2026.12.31", "2027.1.1"],
    ["2026.9.1-beta.2", "2026.9.1"],
    ["2026.9.1-beta.2", "2026.9.1-beta.10"],
    ["2026.9.1", "2026.9.1-2"],
    ["2026.9.1-2", "2026.9.2"],
  ])("%s comes before %s", (older, newer) => {
    expect(versionOrder(older, newer)).toBeLessThan(0);
    expect(versionOrder(newer, older)).toBeGreaterThan(0);
    expect(versionOrder(newer, newer)).toBe(0);
  });

  it("is not known of what is no release", () => {
    expect(versionOrder("main", "2026.9.1")).toBeUndefined();
    expect(versionOrder("2026.9.1", "")).toBeUndefined();
  });
});
