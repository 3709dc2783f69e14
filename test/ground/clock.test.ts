import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/ground/index.ts";

describe("the system's clock", () => {
  it("waits for a month as it does for a second, and can be called off on the way", () => {
    vi.useFakeTimers();
    try {
      const dayMs = 86_400_000;
      let rings = 0;
      const callOff = systemClock.after(30 * dayMs, () => {
        rings += 1;
      });
      systemClock.after(60 * dayMs, () => {
        rings += 100;
      });
      vi.advanceTimersByTime(30 * dayMs - 1);
      expect(rings).toBe(0);
      vi.advanceTimersByTime(1);
      expect(rings).toBe(1);
      callOff();
      const never = systemClock.after(40 * dayMs, () => {
        rings += 10;
      });
      vi.advanceTimersByTime(26 * dayMs);
      never();
      vi.advanceTimersByTime(26 * dayMs);
      expect(rings).toBe(101);
    } finally {
      vi.useRealTimers();
    }
  });
});
