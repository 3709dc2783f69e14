import { describe, expect, it } from "vitest";
import { poller, type Question } from "../../../src/clients/gateway/poller.ts";
import type { Clock } from "../../../src/ground/index.ts";

/** Time that moves only when told, running what falls due on the way. */
const handClock = (): Clock & { readonly pass: (ms: number) => Promise<void> } => {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    steady: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    pass: async (ms) => {
      const end = now + ms;
      await settled();
      for (;;) {
        const next = timers.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        now = Math.max(now, next.at);
        timers = timers.filter((each) => each !== next);
        next.run();
        await settled();
      }
      now = end;
    },
  };
};

/** Answers come back in a turn of their own. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const asked = (
  names: readonly string[],
  everyMs: number,
  answer: () => Promise<void> = () => Promise.resolve(),
) => {
  const clock = handClock();
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const questions: readonly Question[] = names.map((name) => ({
    name,
    everyMs,
    firstAfterMs: 0,
    ask: () => {
      times.get(name)?.push(clock.now());
      return answer();
    },
  }));
  const polling = poller(questions, { clock, random: () => 0.5 });
  const count = (name = names[0] ?? ""): number => times.get(name)?.length ?? 0;
  return { clock, polling, count, times };
};

describe("the poller", () => {
  it("asks at its cadence while somebody looks, three and ten times slower when nobody does", async () => {
    const counts: number[] = [];
    for (const pace of ["focused", "background", "idle"] as const) {
      const { clock, polling, count } = asked(["a"], 1_000);
      polling.pace(pace);
      polling.start();
      await clock.pass(60_000);
      counts.push(count());
    }
    expect(counts).toEqual([61, 20, 6]);
  });

  it("asks together what is due at nearly the same time where nobody looks, and each in its own time where somebody does", async () => {
    const moments: number[] = [];
    for (const pace of ["focused", "background"] as const) {
      const { clock, polling, times } = asked(["a", "b"], 3_000);
      polling.pace(pace);
      polling.start();
      await clock.pass(10_000);
      polling.hurry("a");
      await clock.pass(60_000);
      const [a = [], b = []] = [...times.values()].map((each) => each.slice(-4));
      moments.push(new Set([...a, ...b]).size);
    }
    expect(moments).toEqual([8, 4]);
  });

  it("asks all gateways on one beat where nobody looks", async () => {
    const clock = handClock();
    const moments = new Set<number>();
    const ask = () => {
      moments.add(clock.now());
      return Promise.resolve();
    };
    for (let gateway = 0; gateway < 50; gateway += 1) {
      const random = () => (gateway + 0.5) / 50;
      const polling = poller([{ name: "a", everyMs: 3_000, firstAfterMs: 0, ask }], { clock, random });
      polling.pace("background");
      polling.start();
    }
    await clock.pass(20_000);
    moments.clear();
    await clock.pass(10_000);
    expect(moments.size).toBeLessThanOrEqual(20);
    expect(moments.size).toBeGreaterThan(5);
  });

  it("lets what would soon be due go along when its gateway is asked anyway", async () => {
    const { clock, polling, times } = asked(["a"], 3_000);
    polling.pace("background");
    polling.start();
    await clock.pass(30_000);
    polling.along();
    await clock.pass(4_600);
    polling.along();
    expect(times.get("a")?.slice(-2)).toEqual([28_000, 34_600]);
  });

  it("begins at once where somebody looks, and within moments of each other where nobody does", async () => {
    for (const [pace, began] of [
      ["focused", 0],
      ["background", 750],
    ] as const) {
      const { clock, polling, times } = asked(["a"], 60_000);
      polling.pace(pace);
      polling.start();
      await clock.pass(2_000);
      expect(times.get("a")).toEqual([began]);
    }
  });

  it("asks half as often while the gateway is late, and as before afterwards", async () => {
    const { clock, polling, count } = asked(["a"], 1_000);
    polling.start();
    await clock.pass(10_500);
    const before = count();
    polling.spare(true);
    await clock.pass(20_000);
    const spared = count() - before;
    polling.spare(false);
    await clock.pass(10_000);
    expect([before, spared, count() - before - spared]).toEqual([11, 10, 10]);
  });

  it("never has the same question under way twice, however long its answer takes", async () => {
    let release: () => void = () => undefined;
    const { clock, polling, count } = asked(
      ["a"],
      1_000,
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    polling.start();
    await clock.pass(30_000);
    expect(count()).toBe(1);
    polling.hurry("a");
    await clock.pass(1_000);
    expect(count()).toBe(1);
    release();
    await clock.pass(1);
    await clock.pass(1_000);
    expect(count()).toBe(2);
  });

  it("has at most four questions under way on one connection", async () => {
    const never = new Promise<void>(() => undefined);
    const { clock, polling, times } = asked(["a", "b", "c", "d", "e", "f"], 1_000, () => never);
    polling.start();
    await clock.pass(10_000);
    expect([...times.values()].flat()).toHaveLength(4);
  });

  it("asks at once when hurried, but never more than four times a second", async () => {
    const { clock, polling, count } = asked(["a"], 60_000);
    polling.start();
    await clock.pass(10_000);
    expect(count()).toBe(1);
    for (let hurry = 0; hurry < 1_000; hurry += 1) {
      polling.hurry("a");
      await clock.pass(1);
    }
    expect(count()).toBeGreaterThanOrEqual(4);
    expect(count()).toBeLessThanOrEqual(6);
  });

  it("asks only one question while only that one is allowed, and all again afterwards", async () => {
    const { clock, polling, count } = asked(["a", "b"], 1_000);
    polling.only("a");
    polling.start();
    await clock.pass(5_000);
    expect([count("a") > 3, count("b")]).toEqual([true, 0]);
    polling.only(undefined);
    await clock.pass(1);
    expect(count("b")).toBe(1);
  });

  it("asks nothing after it stopped", async () => {
    const { clock, polling, count } = asked(["a"], 1_000);
    polling.start();
    await clock.pass(1_500);
    polling.stop();
    const before = count();
    polling.hurry("a");
    await clock.pass(10_000);
    expect(count()).toBe(before);
  });

  it("does not let a fleet ask in step", async () => {
    const clocks = Array.from({ length: 50 }, (_, index) => {
      const clock = handClock();
      const times: number[] = [];
      const question = {
        name: "a",
        everyMs: 10_000,
        firstAfterMs: 0,
        ask: () => {
          times.push(clock.now());
          return Promise.resolve();
        },
      };
      const polling = poller([question], { clock, random: () => (index + 0.5) / 50 });
      return { clock, polling, times };
    });
    for (const { clock, polling } of clocks) {
      polling.start();
      await clock.pass(20_000);
    }
    const second = clocks.map(({ times }) => Math.floor((times[1] ?? 0) / 1_000));
    expect(new Set(second).size).toBeGreaterThanOrEqual(10);
  });
});
