import { describe, expect, it } from "vitest";
import type { SnapshotSummary } from "../../src/watch/index.ts";
import { hello, up, Watching } from "../support/replay.ts";

const snapshot = (id: string, at: number, changes: Partial<SnapshotSummary> = {}): SnapshotSummary => ({
  id,
  gateway: "a",
  at,
  kind: "full",
  verification: { kind: "not-yet" },
  vitals: {},
  takenDuring: [],
  ...changes,
});

const channel = (connected: boolean) =>
  ({
    kind: "channels",
    channels: [
      {
        id: "telegram",
        account: "default",
        configured: true,
        enabled: true,
        running: connected,
        connected,
        terminal: !connected,
      },
    ],
    issues: [],
  }) as const;

const listed = (watch: Watching, ...snapshots: readonly SnapshotSummary[]): Watching =>
  watch.tell({ kind: "snapshots", at: watch.now, gateway: "a", snapshots });

describe("a listing of the vault", () => {
  it("changes nothing when it brings nothing new", () => {
    const watch = listed(new Watching(["a"]), snapshot("one", 1), snapshot("two", 2));
    const before = watch.model;
    listed(watch, snapshot("two", 2), snapshot("one", 1));
    expect(watch.model).toBe(before);
    listed(watch, snapshot("two", 2, { verification: { kind: "passed", at: 3 } }), snapshot("one", 1));
    expect(watch.gateway("a").snapshots.map((each) => each.verification.kind)).toEqual(["passed", "not-yet"]);
  });

  it("knows which of them were taken in trouble, also when another process took them", () => {
    const watch = new Watching(["a"]).hear("a", up(1), hello("1"), channel(true)).wait(10_000);
    const calm = snapshot("calm", watch.now);
    watch.hear("a", channel(false)).wait(10_000);
    const troubled = snapshot("troubled", watch.now);
    watch.hear("a", channel(true)).wait(60_000);
    const after = snapshot("after", watch.now);
    listed(watch, calm, troubled, after);
    expect(watch.gateway("a").snapshots.map((each) => [each.id, each.takenDuring])).toEqual([
      ["after", []],
      ["troubled", ["channel-disconnected"]],
      ["calm", []],
    ]);
  });
});

describe("last good", () => {
  it("is the newest snapshot before the onset that is sound and was taken in health", () => {
    const watch = new Watching(["a"]).hear("a", up(1), hello("1"), channel(true)).wait(60_000);
    const at = watch.now;
    listed(
      watch,
      snapshot("oldest", at - 50_000, { verification: { kind: "passed", at } }),
      snapshot("full-context", at - 20_000, { vitals: { contextPressure: 0.97 } }),
      snapshot("damaged", at - 10_000, { verification: { kind: "damaged", at, findings: 2 } }),
      snapshot("anomaly", at - 5_000, { kind: "anomaly" }),
    );
    watch.hear("a", channel(false)).wait(2_000);
    expect(watch.model.incidents[0]?.lastGood).toMatchObject([{ snapshot: "oldest", verified: true }]);
  });

  it("is a newer unverified one when the verified one is from another day, and says so", () => {
    const watch = new Watching(["a"]).hear("a", up(1), hello("1"), channel(true)).wait(60_000);
    const at = watch.now;
    listed(
      watch,
      snapshot("yesterday", at - 86_400_000, { verification: { kind: "passed", at } }),
      snapshot("fresh", at - 20_000),
    );
    watch.hear("a", channel(false)).wait(2_000);
    expect(watch.model.incidents[0]?.lastGood).toMatchObject([{ snapshot: "fresh", verified: false }]);
    expect(watch.model.incidents[0]?.lastGood[0]?.reasons).toContain("not verified yet");
  });

  it("follows what is learnt while the incident is open", () => {
    const watch = new Watching(["a"]).hear("a", up(1), hello("1"), channel(true)).wait(60_000);
    const at = watch.now;
    listed(watch, snapshot("older", at - 50_000), snapshot("newer", at - 20_000));
    watch.hear("a", channel(false)).wait(2_000);
    const good = () => watch.model.incidents[0]?.lastGood.map((each) => each.snapshot);
    expect(good()).toEqual(["newer"]);
    watch.tell({
      kind: "snapshot-verified",
      at: watch.now,
      gateway: "a",
      id: "newer",
      verification: { kind: "damaged", at, findings: 1 },
    });
    expect(good()).toEqual(["older"]);
    watch.tell({ kind: "snapshot-removed", at: watch.now, gateway: "a", id: "older" });
    expect(good()).toEqual([]);
  });

  it("does not forget damage that was found when the vault, which only knows what passed, is listed again", () => {
    const watch = new Watching(["a"]).hear("a", up(1), hello("1"), channel(true)).wait(60_000);
    const at = watch.now;
    const hurt = snapshot("hurt", at - 20_000);
    listed(watch, hurt);
    const verification = { kind: "damaged", at, findings: 1 } as const;
    watch.tell({ kind: "snapshot-verified", at, gateway: "a", id: "hurt", verification });
    listed(watch, hurt);
    expect(watch.gateway("a").snapshots[0]?.verification).toEqual(verification);
    listed(watch, { ...hurt, verification: { kind: "passed", at: at + 1_000 } });
    expect(watch.gateway("a").snapshots[0]?.verification.kind).toBe("passed");
  });
});
