import { expect, it } from "vitest";
import { matchesFilter } from "../../../../src/ui/console/state/filter.ts";

const line = "prod-eu sick session-dead";

it.each([
  ["", true],
  ["prod", true],
  ["PROD sick", true],
  ["sick prod", true],
  ["prod staging", false],
  ["!staging", true],
  ["prod !sick", false],
  ["!", true],
])("the filter %j finds the line: %s", (filter, found) => {
  expect(matchesFilter(filter, line)).toBe(found);
});
