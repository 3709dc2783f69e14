import { describe, expect, it } from "vitest";
import { encodeEvent, encodeHeader, fleetRows, replay } from "../../src/watch/index.ts";
import { hello, midnight, up, Watching } from "../support/replay.ts";

describe("update", () => {
  it("leaves every other gateway's identity alone when one is heard", () => {
    const watch = new Watching(["a", "b"]);
    const before = watch.model;
    watch.hear("a", up(watch.now));
    expect(watch.gateway("b")).toBe(before.gateways[1]);
    expect(watch.gateway("a")).not.toBe(before.gateways[0]);
  });

  it("drops a word of a gateway that is not configured", () => {
    const watch = new Watching(["a"]);
    const before = watch.model;
    watch.hear("left", up(watch.now));
    expect(watch.model).toBe(before);
  });

  it("tells a restart by a new bootId and keeps an announced one apart from a crash", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("one")).wait(5_000);
    watch.hear("a", {
      kind: "connection",
      report: { state: { kind: "stopping" }, since: watch.now, evidence: "shutdown event" },
    });
    watch.wait(10_000).hear("a", up(watch.now), hello("two", "2026.9.7", 100));
    watch.wait(10_000).hear("a", up(watch.now), hello("three", "2026.9.7", 100));
    expect(
      watch.gateway("a").boots.map(({ bootId, planned, seenStarting }) => [bootId, planned, seenStarting]),
    ).toEqual([
      ["one", false, false],
      ["two", true, true],
      ["three", false, true],
    ]);
    expect(watch.gateway("a").happenings.map((each) => each.text)).toContain(
      "restarted as announced, version 2026.9.6 → 2026.9.7",
    );
  });

  it("shows a number that is not known as absent", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), {
      kind: "session",
      session: { key: "agent:main:x", agentId: "main", running: true, windowTokens: 32_000 },
    });
    const [row] = fleetRows(watch.model);
    expect(row?.usage).toBeUndefined();
    expect(row?.pressure).toBeUndefined();
    expect(row?.sessions).toBe(1);
  });

  it("says how old the numbers are when nothing comes any more", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("one")).wait(42_000);
    expect(fleetRows(watch.model)[0]?.staleMs).toBe(42_000);
  });
});

describe("a recording", () => {
  it("plays again to the same model", () => {
    const watch = new Watching(["a", "b"]);
    watch.hear("a", up(watch.now), hello("one")).wait(30_000);
    const lines = [encodeHeader(midnight), ...watch.events.map(encodeEvent)];
    expect(replay(lines).model).toEqual(watch.model);
  });

  it("names the line it does not understand", () => {
    expect(() => replay([encodeHeader(midnight), '{"kind":"tick"}'])).toThrow(
      /^Line 2 of the recording: at: /,
    );
  });
});
