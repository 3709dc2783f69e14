import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type RealGateway, startGateway, until } from "./kit/index.ts";
import { observe } from "./support/observer.ts";
import { tunnelTo } from "./support/tunnel.ts";

let gateway: RealGateway;
let identityDir = "";

beforeAll(async () => {
  gateway = await startGateway();
  identityDir = await mkdtemp(join(tmpdir(), "clawback-identity-"));
});

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await rm(identityDir, { recursive: true, force: true });
});

const suspension = z.object({ suspensionId: z.string() });
const pending = z.object({ pending: z.array(z.object({ requestId: z.string() })) });

describe("reaching a real gateway", () => {
  it("with its token is up, with its version and numbers, and leaves no trace", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    const seen = await eye.sees(
      "its numbers",
      (it) =>
        it.system?.rssBytes !== undefined && it.sessionTotal !== undefined && it.channelsAt !== undefined,
    );
    expect(seen.hello?.version).toMatch(/^2026\./);
    expect(seen.hello?.grantedScopes).toEqual(["operator.read"]);
    expect(seen.system?.pid).toBeGreaterThan(0);
    await using admin = await gateway.admin();
    const paired = z.object({ paired: z.array(z.unknown()) }).parse(await admin.call("device.pair.list"));
    expect(paired.paired).toEqual([]);
  });

  it("with a wrong token is unauthorised, and says whose token is wrong", async () => {
    await using eye = observe(gateway, { token: { kind: "inline", value: "wrong-token" } });
    const report = await eye.state("unauthorised");
    expect(report.evidence).toMatch(/token/i);
    expect(JSON.stringify(report)).not.toContain("wrong-token");
    expect(report.next).toBeDefined();
  });

  it("without a token is refused in words, not retried in silence", async () => {
    await using eye = observe(gateway, { token: "none" });
    const seen = await eye.sees(
      "a refusal",
      (it) => it.connection !== undefined && it.connection.state.kind !== "connecting",
    );
    expect(seen.connection?.state.kind).toBe("unauthorised");
    expect(seen.connection?.next).toBeDefined();
  });

  it("from afar, without a device, is granted nothing and says so", async () => {
    await using tunnel = await tunnelTo(gateway.port);
    await using eye = observe(gateway, { url: tunnel.url });
    const report = await eye.state("under-scoped");
    expect(report.state).toMatchObject({ missing: ["operator.read"] });
    expect(report.next).toMatch(/pair/i);
  });

  it("from afar, with a device, waits for approval, shows the command, and is up once it was run", async () => {
    await using tunnel = await tunnelTo(gateway.port);
    await using admin = await gateway.admin();
    {
      await using eye = observe(gateway, { url: tunnel.url, identityDir });
      const { state } = await eye.state("pairing");
      const [request] = pending.parse(await admin.call("device.pair.list")).pending;
      expect(state).toMatchObject({
        requestId: request?.requestId,
        approve: `openclaw devices approve ${request?.requestId}`,
      });
      await admin.call("device.pair.approve", { requestId: request?.requestId });
      await eye.state("up");
    }
    // From now on the device's own token is enough.
    await using again = observe(gateway, { url: tunnel.url, identityDir, token: "none" });
    await again.state("up");
  });

  it("that was suspended by somebody else is suspended, never an outage", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    await using admin = await gateway.admin();
    const requestId = `test-${Date.now()}`;
    const { suspensionId } = await until(
      "the suspension",
      async () => {
        const answer = suspension.safeParse(await admin.call("gateway.suspend.prepare", { requestId }));
        return answer.success && answer.data;
        // A gateway that still warms up answers "busy".
      },
      { withinMs: 120_000, everyMs: 1_000 },
    );
    expect((await eye.state("suspended")).state).toMatchObject({ ours: false });
    {
      await using late = observe(gateway);
      await late.state("suspended");
    }
    await admin.call("gateway.suspend.resume", { suspensionId });
    await eye.state("up");
    expect(eye.gateway().alerts.filter((alert) => alert.state === "firing")).toEqual([]);
  });

  it("with hundreds of sessions has them all, in pages", async () => {
    await using admin = await gateway.admin();
    const keys = Array.from({ length: 210 }, (_, index) => `agent:main:many-${index}`);
    for (const key of keys) await admin.createSession(key);
    await using eye = observe(gateway);
    const seen = await eye.sees("all sessions", (it) => it.sessions.size >= keys.length);
    expect(seen.sessionTotal).toBeGreaterThanOrEqual(keys.length);
    expect(keys.every((key) => seen.sessions.has(key))).toBe(true);
  });

  it("whose process stands still is frozen, and up again when it goes on", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    gateway.freeze();
    try {
      await using fresh = observe(gateway);
      const report = await fresh.state("frozen");
      expect(report.evidence).toMatch(/accept/);
      await eye.state("frozen");
    } finally {
      gateway.thaw();
    }
    await eye.state("up");
  });
});
