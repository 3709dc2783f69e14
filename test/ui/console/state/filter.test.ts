import { describe, expect, it } from "vitest";
import { filterOf } from "../../../../src/ui/console/state/filter.ts";

describe("a filter", () => {
  it.each([
    ["", "prod-eu up", true],
    ["prod", "prod-eu up", true],
    ["UP prod", "prod-eu up", true],
    ["prod !eu", "prod-eu up", false],
    ["prod !eu", "prod-us up", true],
    ["!down", "prod-eu up", true],
    ["! prod", "prod-eu", true],
    ["東京", "東京支店 up", true],
  ])("%j on %j answers %s", (filter, text, found) => {
    expect(filterOf(filter)({ text })).toBe(found);
  });

  it.each([
    ["level:err", "warn", false],
    ["level:err", "error", true],
    ["level:err", "fatal", true],
    ["level:w", "warn", true],
    ["!level:warn", "info", true],
    ["!level:warn", "error", false],
    ["level:nonsense", "fatal", false],
  ] as const)("%j takes a line of level %s: %s", (filter, level, found) => {
    expect(filterOf(filter)({ text: "something", level })).toBe(found);
  });

  it("looks for the words themselves where rows have no level", () => {
    expect(filterOf("level:err")({ text: "set level:err here" })).toBe(true);
  });
});
