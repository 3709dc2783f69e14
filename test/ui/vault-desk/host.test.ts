import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { hostGauge, type HostGauge } from "../../../src/ui/vault-desk/host.ts";

let gauge: HostGauge | undefined;
afterEach(async () => {
  await gauge?.end();
});

describe("the gauge of the machine", () => {
  it("says how memory and the disk below a vault do, as often as it is asked", async () => {
    gauge = hostGauge(process.cwd());
    const warned = once(process, "warning").then(([warning]) => String(warning));
    for (let at = 1; at <= 14; at += 1) {
      const figures = await gauge.read(at);
      expect(figures).toMatchObject({ at });
      expect(figures.memoryBytes).toBeGreaterThan(figures.memoryFreeBytes ?? Infinity);
    }
    // So many listeners on one thread would be told of in the middle of a screen.
    expect(await Promise.race([warned, sleep(50, "no warning")])).toBe("no warning");
  });

  it("has nothing to tell when it is ended while it looks, and looks again when it is asked again", async () => {
    gauge = hostGauge(process.cwd());
    const reading = gauge.read(1);
    await gauge.end();
    expect(await reading).toEqual({ at: 1 });
    expect((await gauge.read(2)).memoryBytes).toBeGreaterThan(0);
  });
});
