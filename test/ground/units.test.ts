import fc from "fast-check";
import { expect, it } from "vitest";
import { age, bytes, count, percent, spent, thousands } from "../../src/ground/index.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [1_234_567, "1.2 MB"],
  [999_960, "1.0 MB"],
  [123_456_789, "123 MB"],
  [-2_500, "-2.5 kB"],
  [undefined, "?"],
])("%s bytes read %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

it.each([
  [0, "0s"],
  [42_000, "42s"],
  [720_000, "12m"],
  [3_600_000, "1h"],
  [11_100_000, "3h 5m"],
  [273_600_000, "3d 4h"],
  [undefined, "?"],
])("%s ms read %s", (value, text) => {
  expect(age(value)).toBe(text);
});

it("goes to the next unit where the last digit would", () => {
  expect([999, 1_000, 999_499, 999_500, 1_499_999].map(thousands)).toEqual([
    "999",
    "1k",
    "999k",
    "1.0M",
    "1.5M",
  ]);
  expect([0, 59_949, 59_999, 60_000].map(spent)).toEqual(["0.0s", "59.9s", "59.9s", "1m"]);
});

it("writes what is unknown as a question mark, never as zero", () => {
  expect([percent(undefined), percent(Number.NaN), count(undefined)]).toEqual(["?", "?", "?"]);
  expect([percent(0), percent(1.05), count(12_345)]).toEqual(["0%", "105%", "12,345"]);
});

it("sets thousands apart as English does, for any number", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer(), fc.maxSafeNat(), fc.float({ noNaN: true, min: -1e9, max: 1e9 })),
      (value) => {
        // The last of three digits may fall either way; zero has no sign here.
        const rounded = Math.round(value * 1000) / 1000 + 0;
        expect(count(value)).toBe(rounded.toLocaleString("en-US"));
      },
    ),
  );
});
