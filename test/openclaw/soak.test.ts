import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type AdminConnection, type RealGateway, startGateway } from "./kit/index.ts";
import { observe } from "./support/observer.ts";

/** 2 minutes with every change; 30 (CLAWBACK_SOAK_MINUTES=30) before a release. */
const soakMs = Number(process.env["CLAWBACK_SOAK_MINUTES"] ?? 2) * 60_000;
const sampleMs = 1_000;
const baselineMs = 15_000;

let gateway: RealGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

const info = z.object({
  eventLoop: z.object({ delayP99Ms: z.number(), utilization: z.number(), degraded: z.boolean() }),
});
type Sample = z.infer<typeof info>["eventLoop"];

const sampled = async (
  admin: AdminConnection,
  forMs: number,
  each: () => void,
): Promise<readonly Sample[]> => {
  const samples: Sample[] = [];
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    samples.push(info.parse(await admin.call("system.info")).eventLoop);
    each();
    await pause(sampleMs);
  }
  return samples;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const heapAfterCollection = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

describe("staying connected", () => {
  it(
    "neither burdens the gateway's event loop nor grows in memory",
    async () => {
      await using admin = await gateway.admin();
      const key = await admin.createSession("agent:main:soak");
      await admin.turn(key, "warm up");
      const before = await sampled(admin, baselineMs, () => undefined);

      await using eye = observe(gateway);
      await eye.state("up");
      const heap: number[] = [];
      let turns = 0;
      const during = await sampled(admin, soakMs, () => {
        heap.push(heapAfterCollection());
        // Work goes on meanwhile, as it would.
        if (heap.length % 10 === 0) {
          turns += 1;
          void admin.send(key, `still there? ${turns}`);
        }
      });

      expect(eye.gateway().connection?.state.kind).toBe("up");
      const busy = (samples: readonly Sample[]): number =>
        median(samples.map((sample) => sample.utilization));
      // The share of time its loop is busy: ours must vanish beside its own.
      expect(busy(during) - busy(before)).toBeLessThan(0.05);
      expect(median(during.map((sample) => sample.delayP99Ms))).toBeLessThan(
        median(before.map((sample) => sample.delayP99Ms)) + 20,
      );
      const half = Math.floor(heap.length / 2);
      const grown = median(heap.slice(half)) - median(heap.slice(0, half));
      expect(grown).toBeLessThan(8_000_000);
      process.stdout.write(
        `soak: ${during.length} samples, busy ${busy(before).toFixed(3)} → ${busy(during).toFixed(3)}, heap ${(median(heap) / 1e6).toFixed(1)} MB, grown ${(grown / 1e6).toFixed(2)} MB\n`,
      );
    },
    soakMs + 180_000,
  );
});
