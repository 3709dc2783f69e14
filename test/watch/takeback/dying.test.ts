import { describe, expect, it } from "vitest";
import type { BootRecord } from "../../../src/openclaw/index.ts";
import { english } from "../../../src/watch/sentences/index.ts";
import { keepsDying } from "../../../src/watch/takeback/dying.ts";

const minuteMs = 60_000;

const boots = (kind: BootRecord["outcome"]["kind"], ...minutes: readonly number[]): readonly BootRecord[] =>
  minutes.map((minute) => ({
    bootId: `at-${minute}`,
    startedAt: minute * minuteMs,
    outcome: kind === "other" ? { kind, outcome: "ended" } : { kind },
  }));

const words = (deaths: number | undefined, found: readonly BootRecord[] | undefined): string | undefined => {
  const said = keepsDying({ deaths, boots: found, now: 20 * minuteMs });
  return said === undefined ? undefined : english(said);
};

describe("a gateway that dies and is started again", () => {
  it("is known by its supervisor's count, where it leaves no word on disk", () => {
    expect(words(7, [])).toMatch(/7 times since somebody last started it/);
  });

  it("is known by its own boot history, where its supervisor does not count", () => {
    expect(words(undefined, boots("crashed", 19, 18, 15))).toMatch(/3 times within 10m/);
    expect(words(undefined, boots("startup-failed", 19, 18, 15))).toMatch(/3 times/);
  });

  it("is not one that was stopped, died long ago, or died twice", () => {
    expect(words(2, boots("clean-stop", 19, 18, 17, 16))).toBeUndefined();
    expect(words(undefined, boots("crashed", 19, 9, 8))).toBeUndefined();
    expect(words(undefined, undefined)).toBeUndefined();
  });
});
