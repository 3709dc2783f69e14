import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GatewayEvent, type GatewaySettings, watchHttp } from "../../../src/clients/index.ts";
import { systemClock } from "../../../src/ground/index.ts";

let server: Server;
let port = 0;
let ready = true;
const authorizations: (string | undefined)[] = [];

beforeEach(async () => {
  ready = true;
  authorizations.length = 0;
  server = createServer((request, response) => {
    if (request.url === "/metrics") {
      authorizations.push(request.headers.authorization);
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
      response.end('openclaw_memory_bytes{kind="rss"} 812000000\n');
    } else if (request.url === "/readyz") {
      response.writeHead(ready ? 200 : 503, { "content-type": "application/json" });
      response.end(JSON.stringify({ ready, failing: ready ? [] : ["telegram"], uptimeMs: 5_000 }));
    } else {
      response.writeHead(404);
      response.end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" ? (address?.port ?? 0) : 0;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const settings = (metricsUrl?: string): GatewaySettings => ({
  name: "edge",
  url: `ws://127.0.0.1:${port}`,
  labels: [],
  token: { kind: "env", name: "TOKEN" },
  service: { kind: "none" },
  readOnly: false,
  insecure: false,
  httpOnly: true,
  ...(metricsUrl === undefined ? {} : { metricsUrl }),
});

/** Watches until `done`, then gives back all events. */
const watching = async (
  wanted: GatewaySettings,
  steps: readonly ((event: GatewayEvent) => boolean)[],
  between: () => void = () => undefined,
): Promise<readonly GatewayEvent[]> => {
  const events: GatewayEvent[] = [];
  let seen: (event: GatewayEvent) => void = () => undefined;
  const watch = watchHttp(
    wanted,
    { clock: systemClock, random: () => 0.5, secret: () => Promise.resolve("the-secret") },
    (event) => {
      events.push(event);
      seen(event);
    },
  );
  for (const step of steps) {
    await new Promise<void>((resolve) => {
      seen = (event) => {
        if (step(event)) resolve();
      };
      watch.nudge();
    });
    between();
  }
  await watch.stop();
  return events;
};

const healthy =
  (value: boolean) =>
  (event: GatewayEvent): boolean =>
    event.kind === "connection" &&
    event.report.state.kind === "http-only" &&
    event.report.state.healthy === value;

describe("watching over HTTP only", () => {
  it("tells the same events as the wire, marked as from HTTP", async () => {
    const events = await watching(settings(), [(event) => event.kind === "system"]);
    expect(events[0]).toMatchObject({
      kind: "connection",
      gateway: "edge",
      from: "http",
      report: { state: { kind: "connecting" } },
    });
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "system", from: "http", system: { uptimeMs: 5_000 } }),
    );
    expect(events.every((event) => event.from === "http")).toBe(true);
  });

  it("sees it become unhealthy, and since when: an incident that began when the watch did would lead far back", async () => {
    let brokenAt = 0;
    const events = await watching(settings(), [healthy(true), healthy(false)], () => {
      ready = false;
      if (brokenAt === 0) brokenAt = systemClock.now();
    });
    const reports = events.flatMap((event) => (event.kind === "connection" ? [event.report] : []));
    expect(reports.at(-1)?.evidence).toContain("telegram");
    expect(reports.at(-1)?.since).toBeGreaterThanOrEqual(brokenAt);
  });

  it("asks a gateway that did not answer again before anybody calls it frozen", async () => {
    const asked: number[] = [];
    const mute = createServer(() => {
      asked.push(0);
    }).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const address = mute.address();
    const waits: number[] = [];
    const events: GatewayEvent[] = [];
    const watch = watchHttp(
      { ...settings(), url: `ws://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}` },
      {
        clock: {
          ...systemClock,
          after: (delayMs, run) => {
            waits.push(delayMs);
            return systemClock.after(0, run);
          },
        },
        random: () => 0.5,
        secret: () => Promise.resolve(""),
      },
      (event) => events.push(event),
    );
    while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    mute.closeAllConnections();
    mute.close();
    await watch.stop();
    expect(waits[0]).toBe(1_000);
    expect(events.at(-1)).toMatchObject({ report: { state: { kind: "frozen" } } });
  });

  it("shows its secret to its own metrics and to nobody else's", async () => {
    const rss = (event: GatewayEvent): boolean =>
      event.kind === "system" && event.system.rssBytes === 812_000_000;
    await watching(settings(`http://127.0.0.1:${port}/metrics`), [rss]);
    expect(authorizations).toContain("Bearer the-secret");
    authorizations.length = 0;
    await watching(settings(`http://localhost:${port}/metrics`), [rss]);
    expect(new Set(authorizations)).toEqual(new Set([undefined]));
  });

  it("shows no secret readably to another machine, unless that was allowed", async () => {
    const rss = (event: GatewayEvent): boolean =>
      event.kind === "system" && event.system.rssBytes === 812_000_000;
    // Not an address of loopback, and yet here.
    const far = { ...settings(`http://0.0.0.0:${port}/metrics`), url: `ws://0.0.0.0:${port}` };
    await watching(far, [rss]);
    expect(new Set(authorizations)).toEqual(new Set([undefined]));
    authorizations.length = 0;
    await watching({ ...far, insecure: true }, [rss]);
    expect(authorizations).toContain("Bearer the-secret");
  });

  it("counts metrics that cannot be read as refused", async () => {
    const events = await watching(settings(`http://127.0.0.1:${port}/nothing`), [
      (event) => event.kind === "refused",
    ]);
    expect(events).toContainEqual(expect.objectContaining({ kind: "refused", what: "metrics" }));
  });
});
