import { describe, expect, it } from "vitest";
import type { BootFacts, GatewayNews } from "../../../src/clients/index.ts";
import { Watching } from "../../support/replay.ts";

const minute = 60_000;

const up = (since: number): GatewayNews => ({
  kind: "connection",
  report: { state: { kind: "up" }, since, evidence: "" },
});

const hello = (bootId: string): GatewayNews => ({
  kind: "hello",
  hello: { version: "2026.9.6", bootId, grantedScopes: ["operator.read"], tickIntervalMs: 30_000 },
});

const read = (...boots: readonly BootFacts[]): GatewayNews => ({ kind: "boots", boots });

describe("the starts that a state directory remembers", () => {
  it("make a crash loop known at the first look, though nobody watched while it went on", () => {
    const watch = new Watching(["a"]);
    const start = (ago: number, end: BootFacts["end"]): BootFacts => ({
      bootId: `boot-${ago}`,
      startedAt: watch.now - ago * minute,
      end,
    });
    watch.hear("a", {
      kind: "connection",
      report: { state: { kind: "down" }, since: watch.now, evidence: "nobody listens on its port" },
    });
    const failed = { ...start(1, "startup-failed"), reason: "AUTH_PROFILE_STORE_UNREADABLE" };
    watch
      .hear("a", read(start(200, "crashed"), start(7, "crashed"), start(4, "crashed"), failed))
      .wait(2_000);
    const alert = watch.gateway("a").alerts.find(({ rule }) => rule === "gateway-crash-loop");
    expect(alert?.evidence).toMatch(
      /^3 starts within 6m, .*it failed to start: AUTH_PROFILE_STORE_UNREADABLE/,
    );
  });

  it("are one with those that the gateway told of itself, whoever was first", () => {
    const facts: BootFacts = { bootId: "one", startedAt: 1_000, end: "open" };
    const told = new Watching(["a"]);
    told.hear("a", up(told.now), hello("one"), read(facts));
    const found = new Watching(["a"]);
    found.hear("a", read(facts), up(found.now), hello("one"));
    const expected = [{ at: 1_000, bootId: "one", version: "2026.9.6", seenStarting: true, planned: true }];
    expect(told.gateway("a").boots).toEqual(expected);
    expect(found.gateway("a").boots).toEqual(expected);
    // To meet a process that was read about before is no restart.
    expect(found.gateway("a").happenings.map(({ kind }) => kind)).not.toContain("restart");
  });

  it("that somebody asked for one after the other are no crash loop", () => {
    const watch = new Watching(["a"]);
    const boots = [5, 3, 1].map((ago): BootFacts => ({
      bootId: `boot-${ago}`,
      startedAt: watch.now - ago * minute,
      end: "clean",
    }));
    watch.hear("a", up(watch.now), read(...boots)).wait(2_000);
    expect(watch.gateway("a").alerts).toEqual([]);
  });
});
