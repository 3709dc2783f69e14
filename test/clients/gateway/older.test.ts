import { describe, expect, it } from "vitest";
import { bootNamer } from "../../../src/clients/gateway/boot-name.ts";
import { hello, startPeer, usual } from "./peer.ts";
import { fastClock, until, watching } from "./watching.ts";

/** As 2026.7 says hello: no boot id, no build id, no phase of suspension. */
const olderHello = (): object => {
  const whole = hello({ version: "2026.7.1" });
  const { snapshot } = whole as { readonly snapshot: object };
  return {
    ...(whole as object),
    server: { version: "2026.7.1", connId: "4c2ba0fc" },
    snapshot: { ...snapshot, suspension: undefined, uptimeMs: 123_182 },
  };
};

describe("an older gateway", () => {
  it("is up, and what it refuses in its own words is asked once", async () => {
    let asked = 0;
    await using peer = await startPeer({
      onHello: (connection, request) => {
        connection.answer(request, olderHello());
      },
      onRequest: (connection, request) => {
        if (request.method !== "diagnostics.lanes") {
          usual({}, connection, request);
          return;
        }
        asked += 1;
        connection.refuse(request, { code: "INVALID_REQUEST", message: "missing scope: operator.admin" });
      },
    });
    await using gateway = watching(peer.url, { clock: fastClock(25) });
    await gateway.state("up");
    const { hello: told } = await gateway.next("hello");
    expect(told.version).toBe("2026.7.1");
    expect(told.bootId).toMatch(/^started \d{4}-/);
    expect(await gateway.next("absent")).toMatchObject({ method: "diagnostics.lanes" });
    // The lanes would have been asked twice meanwhile.
    await until(() => gateway.all("latency").length >= 5);
    expect(asked).toBe(1);
  });

  it("has one name for one start, and another for the next", () => {
    const name = bootNamer();
    const first = name(60_000, 1_000_000);
    // Measured again over another connection: network and rounding move it a little.
    expect(name(90_000, 1_030_800)).toBe(first);
    expect(name(undefined, 1_050_000)).toBe(first);
    expect(name(2_000, 1_100_000)).not.toBe(first);
  });
});
