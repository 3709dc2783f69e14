import { describe, expect, it } from "vitest";
import type { GatewayNews } from "../../src/clients/index.ts";
import { fleetRow } from "../../src/watch/index.ts";
import { freshValue } from "../../src/watch/index.ts";
import { hello, up, Watching } from "../support/replay.ts";

const hour = 3_600_000;

const connection = (kind: "down" | "up", since: number): GatewayNews => ({
  kind: "connection",
  report: { state: { kind }, since, evidence: kind },
});

const system = (rssBytes: number): GatewayNews => ({ kind: "system", system: { rssBytes } });

describe("a clock that is set back by an hour", () => {
  const watched = (): Watching => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("one"), system(1e6)).wait(60_000, () => {
      watch.hear("a", system(1e6));
    });
    return watch.sleep(-hour).wait(1_000);
  };

  it("hides no outage: what is told now counts, though it was noted later before", () => {
    const watch = watched();
    watch.wait(60_000, () => {
      watch.hear("a", system(2e6));
    });
    watch.hear("a", connection("down", watch.now)).wait(20_000);
    expect(watch.firing("a")).toEqual(["gateway-down"]);
  });

  it("keeps no number fresh that nobody tells any more", () => {
    const watch = watched().wait(60_000);
    expect(freshValue(watch.gateway("a").vitals, "rss", watch.now)).toBeUndefined();
    expect(fleetRow(watch.model, watch.gateway("a")).staleMs).toBe(60_000);
  });

  it("goes on with the trail, and with what the history is told of it", () => {
    const watch = watched();
    const written = watch.effects.length;
    watch.wait(60_000, () => {
      watch.hear("a", system(2e6));
    });
    const rows = watch.effects
      .slice(written)
      .flatMap((effect) => (effect.kind === "record-samples" ? effect.rows : []));
    expect(rows).toHaveLength(6);
    expect(watch.gateway("a").trail.fine.at(-1)?.at).toBe(Math.floor(watch.now / 10_000) * 10_000);
  });

  it("ends what we were at work on, and what somebody wanted quiet, when it would have", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("one")).wait(1_000);
    const begun = {
      id: "restart",
      kind: "service",
      gateway: "a",
      startedAt: watch.now,
      step: "restart",
      disturbs: true,
    } as const;
    const ended = { at: watch.now, ok: true, text: "done" };
    watch.tell({ kind: "operation", at: watch.now, operation: { ...begun, ended } });
    const silence = { id: "s", rule: "gateway-down", from: watch.now, until: watch.now + 90_000, by: "eve" };
    watch.tell({ kind: "silence", at: watch.now, silence });
    watch.sleep(-hour).wait(1_000);
    watch.wait(70_000, () => {
      watch.hear("a", system(1e6));
    });
    watch.hear("a", connection("down", watch.now)).wait(40_000);
    expect(watch.gateway("a").alerts).toMatchObject([{ rule: "gateway-down", state: "firing" }]);
    expect(watch.model.silences).toEqual([]);
  });
});
