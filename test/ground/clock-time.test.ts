import { moment } from "../../src/ground/index.ts";
import fc from "fast-check";
import { expect, it } from "vitest";

it("writes a moment as the calendar does", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
      (date) => {
        expect(moment(date.getTime())).toBe(
          `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 19)}Z`,
        );
      },
    ),
  );
});
