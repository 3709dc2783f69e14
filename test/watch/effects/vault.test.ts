import { describe, expect, it, vi } from "vitest";
import type { Listed } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { watchVault } from "../../../src/watch/effects/index.ts";
import type { Event } from "../../../src/watch/index.ts";
import { manualClock } from "../../demo/manual-clock.ts";

const stored = (
  id: string,
  changes: Partial<Listed["snapshots"][number]> = {},
): Listed["snapshots"][number] => ({
  id,
  name: null,
  kind: "full",
  createdAt: "2026-11-20T00:00:00.000Z",
  gateway: "prod-eu",
  host: "h",
  gatewayVersion: "2026.9.6",
  stateDir: "/home/claw/.openclaw",
  tags: [],
  description: null,
  files: 3,
  bytes: 12,
  newBytes: 5,
  storedBytes: 4,
  compression: "lz4",
  encrypted: true,
  verifiedAt: null,
  expiresAt: null,
  protected: false,
  vitals: {},
  ...changes,
});

const told = async (list: () => Promise<Listed>, count: number): Promise<readonly Event[]> => {
  const events: Event[] = [];
  const enough = Promise.withResolvers<void>();
  const watch = watchVault(
    { list, sign: () => "" },
    systemClock,
    [{ name: "prod-eu", stateDir: "/home/claw/.openclaw" }, { name: "edge-1" }],
    (event) => {
      events.push(event);
      if (events.length === count) enough.resolve();
    },
  );
  await enough.promise;
  await watch.stop();
  return events;
};

describe("the vault", () => {
  it("is told by gateway, with what is known of each snapshot", async () => {
    const [eu, edge, whole] = await told(
      () =>
        Promise.resolve({
          snapshots: [
            stored("one", {
              verifiedAt: "2026-11-20T00:01:00.000Z",
              vitals: { contextPressure: 0.5, sessions: 41, agents: "many" },
            }),
            stored("two", { gateway: null, vitals: null }),
            stored("other", { gateway: "prod-us" }),
          ],
          deleted: [],
          hurt: new Set(),
          findings: [],
        }),
      3,
    );
    const at = Date.parse("2026-11-20T00:00:00Z");
    expect(eu).toMatchObject({
      gateway: "prod-eu",
      snapshots: [
        {
          id: "one",
          at,
          verification: { kind: "passed", at: at + 60_000 },
          vitals: { contextPressure: 0.5, sessions: 41 },
        },
        { id: "two", verification: { kind: "not-yet" }, vitals: {} },
      ],
    });
    expect(edge).toMatchObject({ gateway: "edge-1", snapshots: [] });
    expect(whole).toMatchObject({
      kind: "vault",
      vault: { oldestUnverifiedAt: at, lastVerifiedAt: at + 60_000 },
    });
  });

  it("is listed again once its sign is another, when it is asked for, and now and then all the same", async () => {
    const clock = manualClock();
    let sign = "as it was";
    const list = vi.fn<() => Promise<Listed>>(() =>
      Promise.resolve({ snapshots: [], deleted: [], hurt: new Set(), findings: [] }),
    );
    const watch = watchVault({ list, sign: () => sign }, clock, [], () => undefined);
    const listsWithin = async (seconds: number): Promise<number> => {
      list.mockClear();
      await clock.advance(seconds * 1_000);
      return list.mock.calls.length;
    };
    expect(await listsWithin(3)).toBe(1);
    expect(await listsWithin(20)).toBe(0);
    sign = "another took a snapshot";
    expect(await listsWithin(3)).toBe(1);
    watch.nudge();
    expect(await listsWithin(3)).toBe(1);
    expect(await listsWithin(60)).toBe(2);
    await watch.stop();
  });

  it("that cannot be read is told as trouble", async () => {
    const [trouble] = await told(() => Promise.reject(new Error("no key")), 1);
    expect(trouble).toMatchObject({ kind: "trouble", trouble: { effect: "vault", message: "no key" } });
  });
});
