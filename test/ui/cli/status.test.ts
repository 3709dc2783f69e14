import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clawback } from "../../support/command-line.ts";
import { eventually } from "../../support/soon.ts";
import { configuredFleet, type ConfiguredFleet } from "./fleet.ts";

describe("status of a healthy fleet", () => {
  let fleet: ConfiguredFleet;
  beforeAll(async () => {
    fleet = await configuredFleet();
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  it("has a line for each gateway, and ends as users know it", async () => {
    const { out, err, code } = await fleet.run(["status", "--all"]);
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^✅ prod-eu {3}up · 2026\.9\.5 · up 3d 4h · context \d+% · sessions 41 · channels 3\/3 · memory \d+ MB · lag \d+ ms$/,
    );
    expect(lines.map((line) => line.split(" ")[1]).slice(0, 4)).toEqual([
      "prod-eu",
      "prod-us",
      "staging",
      "edge-1",
    ]);
    expect(lines.slice(-3)).toEqual([
      "Status: ✅ All agents healthy",
      expect.stringMatching(/^Context usage: \d+%$/),
      "Memory sync: ✅ Complete",
    ]);
    expect({ err, code }).toEqual({ err: "", code: 0 });
  });

  it("is one document with --json, in the shape scripts rely on", async () => {
    const { out, code } = await fleet.run(["status", "--json", "--deep"]);
    const document = JSON.parse(out) as { gateways: unknown[] };
    expect(code).toBe(0);
    expect(document).toMatchObject({ demo: false, alerts: [], vault: null, memoryInSync: true });
    expect(document.gateways[1]).toMatchObject({
      name: "prod-us",
      state: "up",
      verdict: "fine",
      from: "wire",
      version: "2026.9.6",
      uptimeMs: expect.any(Number) as number,
      vitals: { session_count: 18, channels_configured: 3 },
      alerts: [],
      config: { valid: true },
      sessionTotal: 18,
    });
  });

  it("has twins for every sign with --ascii", async () => {
    const { out } = await fleet.run(["status", "--all", "--ascii", "--gateway", "edge-1"]);
    expect(out).toMatch(/^[\n\x20-\x7e]*$/);
    expect(out).toMatch(/^\[ok\] edge-1/);
    expect(out).toContain("Status: [ok] All agents healthy");
  });

  it("shows the tightest sessions, channels and the configuration with --deep", async () => {
    const { out } = await fleet.run(["status", "--deep", "--gateway", "prod-eu"]);
    expect(out).toMatch(/SESSION +PRESSURE +USAGE +LAST +STATE/);
    expect(out).toContain("channel telegram/default: connected");
    expect(out).toContain("config valid");
    expect(out).toContain("and 31 more with less");
  });

  it("is about the named gateways only, and knows the nearest name", async () => {
    const { err, code } = await fleet.run(["status", "--gateway", "prod-eo"]);
    expect(err).toBe(
      'clawback: No gateway is called "prod-eo". Did you mean prod-eu?\n  Known: prod-eu, prod-us, staging, edge-1. An address such as ws://127.0.0.1:18789 works too.\n',
    );
    expect(code).toBe(2);
  });

  it("of a gateway killed a moment ago is read from its directory, and says so", async () => {
    await fleet.demo.control("edge-1").kill();
    const { out, code } = await fleet.run(["status", "--gateway", "edge-1"]);
    expect(code).toBe(3);
    expect(out).toMatch(
      /^❌ edge-1 {4}down(?: >\d+s)? · from disk · context \d+% · sessions 4 · channels 0\/\d$/m,
    );
    expect(out).toContain("     nobody listens on its port\n     next: ");
    expect(out).toContain("Status: ❌ 1 of 1 gateway needs attention: edge-1");
    await fleet.demo.control("edge-1").start();
  });
});

describe("status of a fleet in trouble", () => {
  it("says for each sick gateway what, since when, and what to do", async () => {
    await using fleet = await configuredFleet({ scenario: "incident", speed: 60 });
    const { out } = await eventually(
      () => fleet.run(["status"]),
      ({ out: now }) =>
        now.includes("channel-disconnected") &&
        now.includes("❌ edge-1") &&
        now.includes("P1 context-pressure"),
    );
    expect(out).toMatch(/^⚠️ prod-eu {3}sick · 2026\.9\.6 .* · channels 2\/3/m);
    expect(out).toMatch(
      /P1 channel-disconnected telegram\/default: .*Unauthorized.* \(since \d\d:\d\d:\d\d UTC\)/,
    );
    expect(out).toMatch(/P1 context-pressure agent:main:console-big: .*1\d\d%/);
    expect(out).toMatch(/ {8}next: clawback --config \S+ logs --channel telegram/);
    expect(out).toMatch(/^Status: ❌ \d of 4 gateways need attention: prod-eu, .*edge-1$/m);
  });
});

describe("status where nobody answers well", () => {
  it("does not speak of agents where only probes are asked", async () => {
    await using probed = await configuredFleet({ gateways: 1, perGateway: { httpOnly: true } });
    const { out, code } = await probed.run(["status"]);
    expect(out).toMatch(/^✅ prod-eu +up \(http\)/);
    expect(out).toContain("Status: ✅ All gateways ready; agents are not seen over HTTP");
    expect(code).toBe(0);
  });

  it("exits 3 when nobody listens", async () => {
    const { out, code } = await clawback(["status", "--gateway", "ws://127.0.0.1:9"]);
    expect(out).toMatch(/^❌ 127\.0\.0\.1:9 +down(?: >\d+s)? · context \?$/m);
    expect(code).toBe(3);
  });

  it("exits 3 for a peer that only accepts, once the time is over, and calls nothing healthy", async () => {
    await using peer = await listening(() => undefined);
    const { out, code } = await clawback(["status", "--wait", "300ms", "--all", "--gateway", peer.ws]);
    expect(code).toBe(3);
    expect(out).not.toContain("✅");
    expect(out).toContain("Memory sync: ? (no state directory on this machine to look at)");
  });

  it("lets no escape sequence of a hostile peer through, in text or in JSON", async () => {
    await using peer = await listening((sockets) => {
      sockets.on("connection", (socket) => {
        socket.send(
          JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 1 } }),
        );
        socket.on("message", (data) => {
          const { id } = JSON.parse((data as Buffer).toString("utf8")) as { id: string };
          const message = "\u001b[2J\u001b]0;owned\u0007go \u202eaway\u009b31m";
          socket.send(
            JSON.stringify({ type: "res", id, ok: false, error: { code: "UNAUTHORIZED", message } }),
          );
        });
      });
    });
    for (const form of [[], ["--json"]]) {
      const { out, code } = await clawback(["status", "--wait", "2s", "--gateway", peer.ws, ...form]);
      expect(out).not.toMatch(/[\u001b\u009b\u202e\u0007]/);
      expect(out).not.toContain("owned");
      expect(code).toBe(3);
    }
  });

  it("shows a gateway that offers only HTTP as such", async () => {
    const server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      if (request.url === "/health") response.end('{"status":"healthy","version":"1.4.2","agents":3}');
      else response.writeHead(404).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { out, code } = await clawback(["status", "--gateway", `http://127.0.0.1:${port}`]);
      expect(out).toMatch(/^✅ 127\.0\.0\.1:\d+ +up \(http\)/);
      expect(code).toBe(0);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

const listening = async (
  arm: (sockets: WebSocketServer) => void,
): Promise<AsyncDisposable & { readonly ws: string }> => {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  arm(sockets);
  await new Promise((resolve) => sockets.once("listening", resolve));
  const { port } = sockets.address() as AddressInfo;
  return {
    ws: `ws://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => sockets.close(resolve));
    },
  };
};
