import { describe, expect, it } from "vitest";
import {
  defaultPolicies,
  restartPolicy,
  snapshotPolicy,
  type Effect,
  type SnapshotSummary,
} from "../../../src/watch/index.ts";
import { hello, identity, midnight, up, Watching } from "../../support/replay.ts";

const hourMs = 3_600_000;

const watched = (given: { readonly snapshots?: object; readonly restart?: object } = {}): Watching => {
  const watch = new Watching(["prod-eu", identity("far", { local: false })]);
  return watch.tell({
    kind: "settings",
    at: watch.now,
    gateways: [identity("prod-eu"), identity("far", { local: false })],
    alerts: watch.model.settings,
    policies: {
      snapshots: snapshotPolicy.parse({ every: "never", ...given.snapshots }),
      restart: restartPolicy.parse(given.restart ?? {}),
    },
  });
};

const withVault = (watch: Watching): Watching =>
  watch.tell({ kind: "vault", at: watch.now, vault: { at: watch.now } });

const taken = (watch: Watching, id: string): Watching => {
  const snapshot: SnapshotSummary = {
    id,
    gateway: "prod-eu",
    at: watch.now,
    kind: "full",
    verification: { kind: "not-yet" },
    vitals: {},
    takenDuring: [],
  };
  return watch.tell({ kind: "snapshot-taken", at: watch.now, snapshot });
};

const mark = (watch: Watching, text: string): Watching =>
  watch.tell({ kind: "mark", at: watch.now, mark: { at: watch.now, text, by: "ci" } });

const asked = ({ effects }: Watching): readonly string[] =>
  effects
    .filter((effect): effect is Extract<Effect, { kind: "take-snapshot" }> => effect.kind === "take-snapshot")
    .map(({ as, gateway, reason }) => `${gateway} ${as}: ${reason}`);

const restarts = ({ effects }: Watching): readonly string[] =>
  effects
    .filter((effect): effect is Extract<Effect, { kind: "recover" }> => effect.kind === "recover")
    .map(({ reason }) => reason);

const down = (watch: Watching, since = watch.now): Watching =>
  watch.hear("prod-eu", {
    kind: "connection",
    report: { state: { kind: "down" }, since, evidence: "connection refused" },
  });

describe("scheduled snapshots", () => {
  it("come when the newest is old enough, whoever took it, and never without a vault", () => {
    const watch = watched({ snapshots: { every: "1h" } }).wait(10_000);
    expect(asked(watch)).toEqual([]);
    withVault(watch).wait(1_000);
    expect(asked(watch)).toEqual(["prod-eu full: every 1h"]);
    taken(watch, "s1").wait(hourMs - 60_000);
    expect(asked(watch)).toHaveLength(1);
    taken(watch, "by-hand").wait(hourMs - 60_000);
    expect(asked(watch)).toHaveLength(1);
    watch.wait(120_000);
    expect(asked(watch)).toHaveLength(2);
  });

  it("come though the newest was taken while the clock was ahead", () => {
    const watch = watched({ snapshots: { every: "1h" } });
    taken(watch.sleep(24 * hourMs), "of-tomorrow").sleep(-24 * hourMs);
    withVault(watch).wait(2_000);
    expect(asked(watch)).toEqual(["prod-eu full: every 1h"]);
  });

  it("are missed where there never was one", () => {
    const watch = withVault(watched()).wait(hourMs);
    expect(watch.firing("prod-eu")).toEqual([]);
    watch.wait(2_000);
    expect(watch.firing("prod-eu")).toEqual(["snapshot-overdue"]);
    expect(watch.firing("far")).toEqual([]);
    taken(watch, "first").wait(1_000);
    expect(watch.firing("prod-eu")).toEqual([]);
  });

  it("are asked for again when nothing came of it, and not at every tick", () => {
    const watch = withVault(watched({ snapshots: { every: "1h" } })).wait(299_000);
    expect(asked(watch)).toHaveLength(1);
    watch.wait(5_000);
    expect(asked(watch)).toHaveLength(2);
  });

  it("wait while the gateway is in our own hands", () => {
    const watch = withVault(watched({ snapshots: { every: "1h" } }));
    const operation = {
      id: "r1",
      kind: "restore",
      gateway: "prod-eu",
      startedAt: watch.now,
      step: "swapping",
      disturbs: true,
    } as const;
    watch.tell({ kind: "operation", at: watch.now, operation }).wait(20_000);
    expect(asked(watch)).toEqual([]);
  });
});

describe("a mark that names a deploy", () => {
  it("asks for one at once and one when the dust has settled", () => {
    const watch = withVault(watched()).wait(1_000);
    mark(watch, "Deploy 2026.9.6").wait(299_000);
    expect(asked(watch)).toEqual(['prod-eu pre-op: at the mark "Deploy 2026.9.6"']);
    watch.wait(60_000);
    expect(asked(watch).slice(1)).toEqual(['prod-eu full: 5m after the mark "Deploy 2026.9.6"']);
    watch.wait(hourMs);
    expect(asked(watch)).toHaveLength(2);
  });

  it("asks for none where there is one from just before, or the words are others, or it was long ago", () => {
    const watch = withVault(watched({ snapshots: { afterDeploy: "never" } }));
    taken(watch, "just-before").wait(10_000);
    mark(watch, "deploy").wait(5_000);
    mark(watch, "lunch").wait(120_000);
    watch.tell({ kind: "mark", at: watch.now, mark: { at: watch.now - 90_000, text: "deploy", by: "me" } });
    watch.wait(5_000);
    expect(asked(watch)).toEqual([]);
  });
});

describe("a restart by itself", () => {
  it("is asked for only where it is allowed, after the time that was given, so often and no more", () => {
    const allowed = { after: "2m", attempts: 2, within: "1h" };
    const quiet = down(watched().hear("prod-eu", up(0)));
    const watch = down(watched({ restart: allowed }));
    for (const each of [quiet, watch]) each.wait(119_000);
    expect(restarts(watch)).toEqual([]);
    for (const each of [quiet, watch]) each.wait(600_000);
    expect(restarts(quiet)).toEqual([]);
    expect(restarts(watch)).toEqual([
      "gateway-down for 2m, restart 1 of 2",
      "gateway-down for 4m, restart 2 of 2",
    ]);
  });

  it("is left to whoever acknowledged the alert", () => {
    const watch = down(watched({ restart: { after: "2m" } })).wait(30_000);
    const alert = watch.gateway("prod-eu").alerts[0]?.id ?? "";
    watch.tell({ kind: "acknowledge", at: watch.now, alert, by: "me" }).wait(600_000);
    expect(restarts(watch)).toEqual([]);
  });

  it("leaves alone what somebody stopped, until it has run again", () => {
    const watch = watched({ restart: { after: "2m" } }).hear("prod-eu", up(midnight), hello("one"));
    const stop = {
      id: "service-1",
      kind: "service",
      gateway: "prod-eu",
      startedAt: watch.wait(1_000).now,
      step: "stop",
      disturbs: true,
      ended: { at: watch.now, ok: true, text: "done" },
    } as const;
    down(watch.tell({ kind: "operation", at: watch.now, operation: stop })).wait(600_000);
    expect(watch.firing("prod-eu")).toEqual(["gateway-down"]);
    expect(restarts(watch)).toEqual([]);
    watch.hear("prod-eu", up(watch.now), hello("two", "2026.9.6", 1_000)).wait(30_000);
    down(watch).wait(180_000);
    expect(restarts(watch)).toHaveLength(1);
  });

  it("is the leader's alone", () => {
    const watch = withVault(watched({ snapshots: { every: "1h" }, restart: { after: "2m" } }));
    down(watch.tell({ kind: "leads", at: watch.now, leads: false })).wait(600_000);
    expect([...asked(watch), ...restarts(watch)]).toEqual([]);
  });
});

it("what clawback does by itself, unless it is told otherwise: snapshots, and nothing to a gateway", () => {
  expect(defaultPolicies.restart.after).toBe("never");
  expect(defaultPolicies.snapshots.every).toBe(hourMs);
  expect(snapshotPolicy.safeParse({ every: "5s" }).success).toBe(false);
});
