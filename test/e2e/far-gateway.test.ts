import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPeer } from "../clients/gateway/peer.ts";

const program = join(import.meta.dirname, "../../bin/clawback.cjs");
const fixture = (name: string): string => join(import.meta.dirname, "../fixtures/tls", name);

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "clawback-far-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const clawback = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { PATH: process.env["PATH"], HOME: home, OPENCLAW_GATEWAY_TOKEN: "far-secret", ...env } },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : null, out, err });
      },
    );
  });

const tls = async () => ({
  key: await readFile(fixture("test-only-key.pem"), "utf8"),
  cert: await readFile(fixture("test-only-cert.pem"), "utf8"),
});

describe("a gateway on another machine", () => {
  it("is believed over wss when an authority of this system signed its certificate, and not otherwise", async () => {
    await using peer = await startPeer({ tls: await tls() });
    const refused = await clawback(["health", "--gateway", peer.url]);
    expect(refused.code).toBe(3);
    expect(refused.out).toMatch(/certificate did not check out \(DEPTH_ZERO_SELF_SIGNED_CERT\); no secret/);
    expect(peer.connections).toHaveLength(0);
    // Where OpenSSL looks for what the system believes.
    const trusted = await clawback(["health", "--gateway", peer.url], {
      SSL_CERT_FILE: fixture("test-only-cert.pem"),
    });
    expect(trusted.out).toMatch(/✅ 127\.0\.0\.1/);
    expect(trusted.code).toBe(0);
  });

  it("is shown no secret over plain ws, unless --insecure says that the network is trusted", async () => {
    await using peer = await startPeer();
    // Not an address of loopback, and yet here.
    const url = `ws://0.0.0.0:${peer.port}`;
    const refused = await clawback(["health", "--gateway", url]);
    expect(refused.code).toBe(3);
    expect(refused.out).toMatch(/plain ws:\/\/ to 0\.0\.0\.0 would show the secret to the network/);
    expect(refused.out).toMatch(/next: .*--insecure/);
    expect(peer.connections).toHaveLength(0);
    const allowed = await clawback(["health", "--insecure", "--gateway", url]);
    expect(allowed.code).toBe(0);
    expect(JSON.stringify(peer.latest().requests[0])).toContain("far-secret");
  });
});
