import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilOfMs, isoText, msOfCivil, timeText } from "../../src/ground/calendar.ts";

describe("the calendar", () => {
  it("agrees with the platform's for every moment of eight thousand years", () => {
    const first = Date.UTC(1000, 0, 1);
    const last = Date.UTC(9000, 0, 1);
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (ms) => {
        const date = new Date(ms);
        expect(civilOfMs(ms)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
          hour: date.getUTCHours(),
          minute: date.getUTCMinutes(),
          second: date.getUTCSeconds(),
        });
        expect(msOfCivil(civilOfMs(ms))).toBe(Math.floor(ms / 1000) * 1000);
        expect(isoText(ms)).toBe(date.toISOString());
      }),
    );
  });

  it.each([
    [2025, 2, 29],
    [1900, 2, 29],
    [2026, 4, 31],
    [2026, 13, 1],
    [2026, 0, 1],
    [2026, 1, 0],
  ])("knows that %i-%i-%i never was", (year, month, day) => {
    expect(msOfCivil({ year, month, day, hour: 0, minute: 0, second: 0 })).toBeUndefined();
  });

  it("writes times as people read them", () => {
    expect(timeText(Date.UTC(2026, 2, 2, 10, 56, 0))).toBe("2026-03-02 10:56:00");
  });
});
