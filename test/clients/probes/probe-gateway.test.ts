import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { probeGateway } from "../../../src/clients/probes/index.ts";
import { probeVerdict } from "../../../src/clients/probes/probe-verdict.ts";
import { worded } from "../../../src/clients/gateway/state/report.ts";
import { systemClock } from "../../../src/ground/index.ts";

type Page = { readonly status?: number; readonly type?: string; readonly body: string; readonly to?: string };
const json = (value: unknown, status = 200): Page => ({
  status,
  type: "application/json",
  body: JSON.stringify(value),
});
const html: Page = {
  type: "text/html; charset=utf-8",
  body: '<!doctype html><title>{"ok":true,"status":"live"}</title>',
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const serving = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> => {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
};

const pages = (known: Readonly<Record<string, Page>>): Promise<string> =>
  serving((request, response) => {
    const page = known[request.url ?? ""] ?? { status: 404, type: "text/plain", body: "Not Found" };
    response.writeHead(page.status ?? 200, {
      "content-type": page.type ?? "text/plain",
      ...(page.to === undefined ? {} : { location: page.to }),
    });
    response.end(page.body);
  });

/** Whoever answers here has all the time that a busy machine takes; whoever is silent need not be so for long. */
const probe = (url: string, timeoutMs = 60_000) =>
  probeGateway({ url }, { clock: systemClock }, { signal: new AbortController().signal, timeoutMs });
const judged = async (known: Readonly<Record<string, Page>>) => {
  const { state, said, advice } = probeVerdict(await probe(await pages(known)), 99);
  return { state, ...worded(said, advice) };
};

/** As OpenClaw 2026.9.6 answers. */
const openclaw = {
  "/health": json({ ok: true, status: "live" }),
  "/readyz": json({
    ready: true,
    failing: [],
    uptimeMs: 61_000,
    eventLoop: { degraded: false, delayP99Ms: 21.5, delayMaxMs: 30.1, utilization: 0.1, cpuCoreRatio: 0.2 },
  }),
  "/startupz": json({ ok: true, status: "started", version: "2026.9.6", uptimeMs: 61_000 }),
};

describe("HTTP probes", () => {
  it("read a gateway of today", async () => {
    expect(await probe(await pages(openclaw))).toMatchObject({
      contact: { kind: "answers" },
      health: { shape: "live", healthy: undefined },
      ready: { ready: true, failing: [], loop: { lagP99Ms: 21.5, lagMaxMs: 30.1, cpuCores: 0.2 } },
      startup: { phase: "started", version: "2026.9.6", uptimeMs: 61_000 },
      ignored: [],
    });
  });

  it("read the shape with a version and agents", async () => {
    const report = await probe(
      await pages({ "/health": json({ status: "healthy", version: "1.4.0", agents: 5 }) }),
    );
    expect(report.health).toEqual({
      shape: "status",
      healthy: true,
      status: "healthy",
      version: "1.4.0",
      agents: 5,
      failing: [],
    });
  });

  it("read the shape with components, and name those that are not well", async () => {
    const components = {
      database: "ok",
      telegram: { status: "down", message: "Unauthorized" },
      queue: { healthy: true },
      memory: false,
    };
    const report = await probe(
      await pages({
        "/health": json(
          { status: "degraded", timestamp: "2026-11-20T00:00:00Z", version: "2", components },
          503,
        ),
      }),
    );
    expect(report.health).toMatchObject({
      shape: "components",
      healthy: false,
      failing: ["telegram: Unauthorized", "memory"],
    });
  });

  it("fall back to the older paths", async () => {
    const report = await probe(
      await pages({
        "/health": html,
        "/healthz": json({ ok: true, status: "live" }),
        "/ready": json({ ready: false, failing: ["telegram"] }, 503),
      }),
    );
    expect(report).toMatchObject({
      health: { shape: "live" },
      ready: { ready: false, failing: ["telegram"] },
    });
    expect(report.ignored).toContain("/health: 200 text/html");
  });

  it("never take a page of HTML for health, whatever stands in it", async () => {
    const page = { "/health": html, "/healthz": html, "/ready": html, "/readyz": html, "/startupz": html };
    const report = await probe(await pages(page));
    expect(report).not.toHaveProperty("health");
    expect(probeVerdict(report, 0)).toMatchObject({ state: { kind: "http-only", healthy: undefined } });
  });

  it("follow a redirect on the same host and no other", async () => {
    const moved = await probe(
      await pages({
        ...openclaw,
        "/health": { status: 302, body: "", to: "/h2" },
        "/h2": json({ status: "healthy" }),
      }),
    );
    expect(moved.health?.healthy).toBe(true);
    let asked = 0;
    const other = await serving((_, response) => {
      asked += 1;
      response.end("{}");
    });
    const away = await probe(
      await pages({ "/health": { status: 302, body: "", to: other.replace("ws", "http") } }),
    );
    expect(away).not.toHaveProperty("health");
    expect(away.ignored.join()).toContain("sends us to 127.0.0.1");
    expect(asked).toBe(0);
    const circle = await probe(await pages({ "/health": { status: 302, body: "", to: "/health" } }));
    expect(circle.contact).toEqual({ kind: "unreachable", reason: "redirected in a circle" });
  });

  it("bound what they read: an endless body ends, one that drips is silence", async () => {
    const endless = await serving((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = (): void => {
        while (response.write(" ".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    });
    expect(await probe(endless)).not.toHaveProperty("health");
    const dripping = await serving((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 100);
      response.once("close", () => {
        clearInterval(timer);
      });
    });
    expect((await probe(dripping, 1_000)).contact).toEqual({ kind: "silent", waitedMs: 1_000 });
  });

  it("tell a port that accepts and stays silent from one where nobody listens", async () => {
    const server = createTcpServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `ws://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const silent = await probe(url, 1_000);
    expect(silent.contact.kind).toBe("silent");
    expect(probeVerdict(silent, 0).state.kind).toBe("frozen");
    server.close();
    await once(server, "close");
    const refused = await probe(url);
    expect(refused.contact.kind).toBe("refused");
    expect(probeVerdict(refused, 99).state).toEqual({ kind: "down", retryAt: 99 });
  });

  it("stop at once when told to", async () => {
    const url = await serving(() => undefined);
    const stopper = new AbortController();
    const probing = probeGateway({ url }, { clock: systemClock }, { signal: stopper.signal });
    stopper.abort(new Error("told to"));
    await expect(probing).rejects.toThrow("told to");
  });
});

describe("what the probes mean", () => {
  it("is healthy only when something says so that is not constant", async () => {
    expect(await judged(openclaw)).toMatchObject({ state: { kind: "http-only", healthy: true } });
    const live = await judged({ "/health": openclaw["/health"] });
    expect(live.state).toEqual({ kind: "http-only", healthy: undefined });
    expect(live.evidence).toContain("nothing else is known");
  });

  it("is unhealthy with the names of what fails", async () => {
    const verdict = await judged({
      ...openclaw,
      "/readyz": json({ ready: false, failing: ["telegram"] }, 503),
    });
    expect(verdict.state).toEqual({ kind: "http-only", healthy: false });
    expect(verdict.evidence).toContain("failing: telegram");
    expect(verdict.next).toBeDefined();
  });

  it("is down when only a proxy answers for it", async () => {
    const page = { status: 502, type: "text/html", body: "<h1>502 Bad Gateway</h1>" };
    const verdict = await judged({ "/health": page, "/healthz": page, "/readyz": page, "/startupz": page });
    expect(verdict.state.kind).toBe("down");
    expect(verdict.evidence).toBe("HTTP 502: a proxy without a gateway behind it");
  });

  it("is booting or stopping while the gateway says so", async () => {
    const starting = json({ ok: false, status: "starting", pendingReason: "sidecars" }, 503);
    expect((await judged({ ...openclaw, "/startupz": starting })).state).toEqual({
      kind: "booting",
      pending: "sidecars",
    });
    const draining = json({ ok: false, status: "draining" }, 503);
    expect((await judged({ ...openclaw, "/startupz": draining })).state).toEqual({ kind: "stopping" });
  });
});
