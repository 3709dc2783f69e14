import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf } from "../../../src/clients/wire/instant.ts";

const day = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });
const zone = fc.constantFrom("Z", "+00:00", "+05:30", "-03:00", "+14:00", "-11:30");

describe("a time in a log", () => {
  it("is the instant that JavaScript itself reads there, in any zone", () => {
    fc.assert(
      fc.property(day, zone, (date, where) => {
        const text = date.toISOString().replace("Z", where);
        expect(instantOf(text)).toBe(Date.parse(text));
      }),
    );
  });

  it("may have any number of digits behind the second, or none, and a zone without a colon", () => {
    const second = Date.parse("2026-12-01T12:00:05Z");
    expect(instantOf("2026-12-01T12:00:05Z")).toBe(second);
    expect(instantOf("2026-12-01 12:00:05,7Z")).toBe(second + 700);
    expect(instantOf("2026-12-01T12:00:05.25+00:00")).toBe(second + 250);
    expect(instantOf("2026-12-01T12:00:05.123456789Z")).toBe(second + 123);
    expect(instantOf("2026-12-01T14:30:05.001+0230")).toBe(second + 1);
  });

  it.each([
    "",
    "yesterday",
    "2026-12-01",
    "2026-12-01T12:00:05",
    "2026-12-01T12:00:05.Z",
    "x2026-12-01T12:00:05Z",
  ])("is not known where the text is %j", (text) => {
    expect(instantOf(text)).toBeUndefined();
  });
});
