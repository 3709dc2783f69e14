import { X509Certificate } from "node:crypto";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { discoverGateways, probeGateway } from "../../src/clients/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { type RealGateway, startGateway, until } from "./kit/index.ts";
import { observe } from "./support/observer.ts";

let gateway: RealGateway;
let certFile = "";

beforeAll(async () => {
  gateway = await startGateway({ tls: true, lan: true });
  certFile = join(gateway.stateDir, "gateway", "tls", "gateway-cert.pem");
});

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
});

/** The gateway as the network reaches it: a connection to an address of an interface comes from outside to it. */
const fromOutside = (scheme: "ws" | "wss"): string => {
  const [address] = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  if (address === undefined)
    throw new Error("this machine has no address but loopback to come from outside on");
  return `${scheme}://${address.address}:${gateway.port}`;
};

const pending = z.object({ pending: z.array(z.object({ requestId: z.string() })) });
const paired = z.object({ paired: z.array(z.unknown()) });

describe("a real gateway with TLS of its own", () => {
  it("is found on this machine with the certificate it made, is up, and keeps no trace of it", async () => {
    const { gateways } = await discoverGateways(
      { env: {}, home: gateway.home, platform: process.platform, now: Date.now() },
      gateway.stateDir,
    );
    const found = gateways[0]?.settings;
    expect(found).toMatchObject({ url: gateway.url, tls: { certFile } });
    await using eye = observe(gateway, { tls: found?.tls ?? {} });
    await eye.state("up");
    await using admin = await gateway.admin();
    expect(paired.parse(await admin.call("device.pair.list")).paired).toEqual([]);
  });

  it("tells its readiness over HTTPS, to who believes its certificate", async () => {
    const signal = new AbortController().signal;
    const ask = (tls: object) => probeGateway({ url: gateway.url, tls }, { clock: systemClock }, { signal });
    expect(await ask({ certFile })).toMatchObject({ ready: { ready: true }, startup: { phase: "started" } });
    expect((await ask({})).contact).toMatchObject({ kind: "untrusted" });
  });

  it("is sent nothing by who does not believe its certificate, or believes another", async () => {
    await using stranger = observe(gateway, { url: fromOutside("wss") });
    const unknown = await stranger.state("unauthorised");
    expect(unknown.evidence).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT\); no secret was sent/);
    expect(unknown.next).toMatch(/openssl x509 -noout -fingerprint/);
    await using mistaken = observe(gateway, {
      url: fromOutside("wss"),
      tls: { fingerprint: "ab".repeat(32) },
    });
    const other = await mistaken.state("unauthorised");
    expect(other.evidence).toMatch(/its fingerprint is [0-9a-f]{16}…, not the pinned one/);
  });

  it("is not spoken to in the open from outside", async () => {
    await using eye = observe(gateway, { url: fromOutside("ws") });
    const report = await eye.state("unauthorised");
    expect(report.evidence).toMatch(/would show the secret to the network/);
    expect(report.next).toMatch(/--insecure/);
    // Where that was allowed, the gateway itself is what does not understand.
    await using careless = observe(gateway, { url: fromOutside("ws"), insecure: true });
    expect((await careless.state("down")).next).toMatch(/wss:\/\//);
  });

  it("from outside is paired and up with its certificate pinned, and seen to start again after a kill", async () => {
    const { fingerprint256 } = new X509Certificate(await readFile(certFile));
    // A device nobody has approved yet, whatever an earlier try left.
    await using identity = await mkdtempDisposable(join(tmpdir(), "clawback-identity-"));
    await using eye = observe(gateway, {
      url: fromOutside("wss"),
      tls: { fingerprint: fingerprint256 },
      identityDir: identity.path,
    });
    await eye.state("pairing");
    {
      await using admin = await gateway.admin();
      const [request] = pending.parse(await admin.call("device.pair.list")).pending;
      await admin.call("device.pair.approve", { requestId: request?.requestId });
    }
    await eye.state("up");
    await gateway.kill();
    await until("its absence", () => eye.gateway().connection?.state.kind !== "up");
    await gateway.launch();
    // It may be up again before anybody looks: that it was booting is seen where its start is held up.
    await eye.state("up", 150_000);
    expect(eye.gateway().connection?.evidence).toMatch(/restarted without goodbye/);
  });
});
