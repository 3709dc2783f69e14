import { createHash, createPublicKey, verify, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handshake } from "../../support/captures.ts";
import { hello, type PeerRequest, startPeer } from "./peer.ts";
import { fastClock, settingsFor, sharedToken, watching } from "./watching.ts";

const quick = { clock: fastClock(25) };
let identityDir = "";

beforeEach(async () => {
  identityDir = join(await mkdtemp(join(tmpdir(), "clawback-identity-")), "identity");
});

afterEach(async () => {
  await rm(join(identityDir, ".."), { recursive: true, force: true });
});

type Device = { id: string; publicKey: string; signature: string; signedAt: number; nonce: string };

const deviceOf = (request: PeerRequest): Device | undefined => request.params["device"] as Device | undefined;
const tokenOf = (request: PeerRequest): string => (request.params["auth"] as { token: string }).token;

/** What a gateway checks: the id is the key's fingerprint and the signature covers what was asked. */
const checks = (request: PeerRequest, nonce: string): boolean => {
  const device = deviceOf(request);
  if (device === undefined || device.nonce !== nonce) return false;
  const raw = Buffer.from(device.publicKey, "base64url");
  if (createHash("sha256").update(raw).digest("hex") !== device.id) return false;
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: device.publicKey }, format: "jwk" });
  const payload = `v3|${device.id}|cli|cli|operator|operator.read|${device.signedAt}|${tokenOf(request)}|${nonce}|${process.platform}|`;
  return verify(null, Buffer.from(payload), key, Buffer.from(device.signature, "base64url"));
};

describe("a gateway that takes us for remote", () => {
  it("is shown the device at once when it asks for one, though its address looks local", async () => {
    const seen: boolean[] = [];
    await using peer = await startPeer({
      onHello: (connection, request) => {
        seen.push(deviceOf(request) !== undefined);
        if (deviceOf(request) !== undefined) connection.answer(request, hello());
        else connection.refuse(request, handshake("notoken").at(-1)?.error as object);
      },
    });
    const { token: _, ...withoutToken } = settingsFor(peer.url);
    await using gateway = watching(withoutToken, { ...quick, identityDir });
    await gateway.next("hello");
    expect(seen).toEqual([false, true]);
  });

  it("grants nothing without a device, then asks for pairing, then knows us by a token of our own", async () => {
    let approved = false;
    const seen: { device: boolean; signed: boolean; token: string }[] = [];
    await using peer = await startPeer({
      onHello: (connection, request) => {
        const device = deviceOf(request);
        seen.push({
          device: device !== undefined,
          signed: checks(request, "nonce-1"),
          token: tokenOf(request),
        });
        if (device === undefined) connection.answer(request, hello({ scopes: [] }));
        else if (approved) connection.answer(request, hello({ deviceToken: "device-token-1" }));
        else
          connection.refuse(
            request,
            handshake("gw2-remote-device-cli-PAIRING_REQUIRED").at(-1)?.error as object,
          );
      },
    });
    await using gateway = watching(peer.url, { ...quick, identityDir });
    const { report } = await gateway.state("pairing");
    expect(report.next).toMatch(/openclaw devices approve 43937a10-4112-460b-9a8f-6c233ca43b46/);
    approved = true;
    await gateway.state("up");
    peer.latest().socket.terminate();
    await gateway.state("up");
    expect(gateway.states()).toEqual(["connecting", "under-scoped", "pairing", "up", "crashed", "up"]);
    expect(seen[0]).toEqual({ device: false, signed: false, token: sharedToken });
    expect(seen[1]).toEqual({ device: true, signed: true, token: sharedToken });
    expect(seen.at(-1)).toEqual({ device: true, signed: true, token: "device-token-1" });
    const told = JSON.stringify(gateway.events);
    for (const secret of [sharedToken, "device-token-1", "PRIVATE KEY"]) expect(told).not.toContain(secret);
  });

  it("finds the identity kept from everybody else, and the same one next time", async () => {
    const ids: (string | undefined)[] = [];
    await using peer = await startPeer({
      onHello: (connection, request) => {
        const device = deviceOf(request);
        if (device !== undefined) ids.push(device.id);
        connection.answer(
          request,
          hello({ scopes: device === undefined ? [] : ["operator.read"], deviceToken: "t" }),
        );
      },
    });
    for (let time = 0; time < 2; time += 1) {
      await using gateway = watching(peer.url, { ...quick, identityDir });
      await gateway.state("up");
    }
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    expect((await stat(identityDir)).mode & 0o777).toBe(0o700);
    const files = await readdir(identityDir);
    expect(files).toHaveLength(2);
    for (const file of files) expect((await stat(join(identityDir, file))).mode & 0o777).toBe(0o600);
  });

  it("that no longer knows our token is shown the shared secret again", async () => {
    const tokens: string[] = [];
    let refuses = false;
    await using peer = await startPeer({
      onHello: (connection, request) => {
        if (deviceOf(request) === undefined) {
          connection.answer(request, hello({ scopes: [] }));
          return;
        }
        tokens.push(tokenOf(request));
        if (refuses && tokenOf(request) === "device-token-1") {
          connection.refuse(request, handshake("badtoken").at(-1)?.error as object);
        } else
          connection.answer(request, hello({ deviceToken: refuses ? "device-token-2" : "device-token-1" }));
      },
    });
    await using gateway = watching(peer.url, { ...quick, identityDir });
    await gateway.state("up");
    refuses = true;
    peer.latest().socket.terminate();
    await gateway.state("unauthorised");
    gateway.watch.nudge();
    await gateway.state("up");
    expect(tokens).toEqual([sharedToken, "device-token-1", sharedToken]);
  });
});

describe("a gateway behind TLS", () => {
  const tls = async () => {
    const read = (name: string) => readFile(join(import.meta.dirname, "../../fixtures/tls", name), "utf8");
    return { key: await read("test-only-key.pem"), cert: await read("test-only-cert.pem") };
  };
  const caFile = join(import.meta.dirname, "../../fixtures/tls/test-only-cert.pem");

  it("is sent nothing when its certificate is signed by nobody we know", async () => {
    await using peer = await startPeer({ tls: await tls() });
    await using gateway = watching(peer.url, quick);
    const { report } = await gateway.state("unauthorised");
    expect(report.evidence).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT.*no secret was sent/);
    expect(peer.connections).toHaveLength(0);
  });

  it("is trusted with its own authority, or with exactly the pinned certificate", async () => {
    await using peer = await startPeer({ tls: await tls() });
    const { fingerprint256 } = new X509Certificate((await tls()).cert);
    for (const trust of [
      { caFile },
      { certFile: caFile },
      { fingerprint: fingerprint256 },
      { fingerprint: `sha256:${fingerprint256.toLowerCase().replaceAll(":", "")}` },
    ]) {
      await using gateway = watching(settingsFor(peer.url, { tls: trust }), quick);
      await gateway.state("up");
    }
    expect(peer.connections).toHaveLength(4);
  });

  it("is sent nothing when the pinned certificate is another", async () => {
    await using peer = await startPeer({ tls: await tls() });
    await using gateway = watching(settingsFor(peer.url, { tls: { fingerprint: "00".repeat(32) } }), quick);
    const { report } = await gateway.state("unauthorised");
    expect(report.evidence).toMatch(/its fingerprint is/);
    expect(peer.connections.flatMap((each) => each.requests)).toEqual([]);
  });

  it("that is still starting is seen to start, through the same certificate", async () => {
    const served = await startPeer({ tls: await tls() });
    await using gateway = watching(settingsFor(served.url, { tls: { caFile } }), quick);
    await gateway.state("up");
    await served.close();
    await gateway.state("crashed");
    await using _ = await startPeer({
      tls: await tls(),
      port: served.port,
      http: (_request, response) => {
        response.writeHead(503, { "content-type": "application/json" });
        response.end('{"ok":false,"status":"starting","uptimeMs":900,"pendingReason":"startup-sidecars"}');
      },
    });
    const { report } = await gateway.state("booting");
    expect(report.evidence).toMatch(/waits for startup-sidecars/);
  });

  it("whose authority file is missing says so", async () => {
    await using gateway = watching(
      settingsFor("wss://127.0.0.1:9", { tls: { caFile: "/nowhere/ca.pem" } }),
      quick,
    );
    expect((await gateway.state("unauthorised")).report.evidence).toMatch(
      /\/nowhere\/ca\.pem cannot be read/,
    );
  });
});
