import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GatewaySettings, probeGateway } from "../../../src/clients/index.ts";
import { probeVerdict } from "../../../src/clients/probes/probe-verdict.ts";
import { worded } from "../../../src/clients/gateway/state/report.ts";
import { systemClock } from "../../../src/ground/index.ts";

const fixture = (name: string): string => join(import.meta.dirname, "../../fixtures/tls", name);
const certFile = fixture("test-only-cert.pem");

let server: Server;
let url = "";
let asked: string[] = [];

beforeEach(async () => {
  asked = [];
  const key = await readFile(fixture("test-only-key.pem"));
  server = createServer({ key, cert: await readFile(certFile) }, (request, response) => {
    asked.push(request.url ?? "");
    const known: Readonly<Record<string, object>> = {
      "/health": { ok: true, status: "live" },
      "/readyz": { ready: true, failing: [] },
    };
    const body = known[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(body ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `wss://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const probed = async (tls?: GatewaySettings["tls"]) => {
  const settings = { url, ...(tls === undefined ? {} : { tls }) };
  const report = await probeGateway(
    settings,
    { clock: systemClock },
    { signal: new AbortController().signal },
  );
  const verdict = probeVerdict(report, 99);
  return { report, verdict: { ...verdict, ...worded(verdict.said, verdict.advice) } };
};

describe("HTTP probes over TLS", () => {
  it("ask nothing of a gateway whose certificate nobody known has signed", async () => {
    const { verdict } = await probed();
    expect(verdict.state.kind).toBe("unauthorised");
    expect(verdict.evidence).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(verdict.next).toMatch(/tls\.fingerprint .* tls\.caFile/);
    expect(asked).toEqual([]);
  });

  it("believe an own authority, a pinned fingerprint, and a pinned file", async () => {
    const { fingerprint256 } = new X509Certificate(await readFile(certFile));
    for (const tls of [{ caFile: certFile }, { fingerprint: fingerprint256 }, { certFile }]) {
      const { report, verdict } = await probed(tls);
      expect(report.ready).toMatchObject({ ready: true });
      expect(verdict.state).toEqual({ kind: "http-only", healthy: true });
    }
  });

  it("ask nothing where another certificate is pinned, and say which one was shown", async () => {
    const { verdict } = await probed({ fingerprint: "ab".repeat(32) });
    expect(verdict.state.kind).toBe("unauthorised");
    expect(verdict.evidence).toMatch(/its fingerprint is [0-9a-f]{16}…, not the pinned one/);
    expect(asked).toEqual([]);
  });

  it("say which file is missing or holds no certificate", async () => {
    const missing = await probed({ caFile: "/nowhere/ca.pem" });
    expect(missing.verdict.evidence).toMatch(/\/nowhere\/ca\.pem cannot be read/);
    expect(missing.verdict.next).toMatch(/tls\.caFile/);
    expect(missing.verdict.advice).toMatchObject({ say: "way-out", code: "GATEWAY_CA" });
    const other = await probed({ certFile: fixture("test-only-key.pem") });
    expect(other.verdict.evidence).toMatch(/holds no certificate/);
    expect(asked).toEqual([]);
  });
});
