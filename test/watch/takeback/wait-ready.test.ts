import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { GatewaySettings, Service, ServiceStatus } from "../../../src/clients/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { english } from "../../../src/watch/sentences/index.ts";
import {
  waitReady,
  type Readiness,
  type WaitReadyOptions,
} from "../../../src/watch/effects/takeback/wait-ready.ts";

/** Nobody listens there. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
};

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
};

const notAsked = (): Promise<never> => Promise.reject(new Error("it is only waited for"));

const hurried: WaitReadyOptions["clock"] = {
  ...systemClock,
  after: (_, then) => {
    const next = setImmediate(then);
    return () => {
      clearImmediate(next);
    };
  },
};

/** Looks as fast as it can, and is shown one status after the other; the last one stays. */
const waiting = async (
  statuses: readonly Omit<ServiceStatus, "evidence">[],
  how: Partial<WaitReadyOptions> & { readonly port?: number } = {},
): Promise<Readiness> => {
  let look = 0;
  const service: Service = {
    words: "nobody",
    stop: notAsked,
    start: notAsked,
    restart: notAsked,
    status: () => {
      const status = statuses[Math.min(look, statuses.length - 1)] ?? { state: "unknown" };
      look += 1;
      return Promise.resolve({ ...status, evidence: ["its last result was exit-code", "no lock in there"] });
    },
  };
  const settings: GatewaySettings = {
    name: "real",
    url: `ws://127.0.0.1:${how.port ?? (await closedPort())}`,
    labels: [],
    service: { kind: "none" },
    readOnly: false,
    insecure: false,
    httpOnly: true,
  };
  return waitReady({
    settings,
    service,
    clock: hurried,
    signal: new AbortController().signal,
    onLook: () => undefined,
    budgetMs: 20_000,
    ...how,
  });
};

const running = (pid?: number) => ({ state: "running" as const, ...(pid === undefined ? {} : { pid }) });
const stopped = { state: "stopped" as const };

describe("a gateway that dies while it is waited for", () => {
  it("is given up at its third death, by its processes, by its absences, or by its supervisor's count", async () => {
    const thrice = { kind: "failed", evidence: "it died 3 times while starting" };
    expect(await waiting([running(1), running(2), running(3), running(4)])).toMatchObject(thrice);
    expect(
      await waiting([running(), stopped, running(), stopped, running(), stopped, running()]),
    ).toMatchObject(thrice);
    // Deaths from before are none of this start.
    const counted = [7, 8, 9, 10].map((deaths) => ({ state: "starting" as const, deaths }));
    expect(await waiting(counted)).toMatchObject(thrice);
  });

  it("is given up when it stays away, with the last word of its supervisor", async () => {
    expect(await waiting([running(), stopped])).toMatchObject({
      kind: "failed",
      evidence: "it ended while starting: its last result was exit-code",
    });
  });
});

describe("a gateway whose channel does not come up", () => {
  it("is said to answer, and waited for no longer than a channel is waited for", async () => {
    const answers: Readonly<Record<string, readonly [status: number, body: object]>> = {
      "/health": [200, { ok: true, status: "live" }],
      "/readyz": [503, { ready: false, failing: ["telegram"] }],
      "/startupz": [200, { ok: true, status: "started", version: "2026.9.6" }],
    };
    const server = createServer(({ url = "" }, response) => {
      const [status, body] = answers[url] ?? [404, {}];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const looks: string[] = [];
    let steady = 0;
    const readiness = await waiting([running()], {
      port: portOf(server),
      clock: { ...hurried, steady: () => (steady += 1_000) },
      budgetMs: 180_000,
      onLook: (said) => looks.push(english(said)),
    });
    server.close();
    expect(readiness).toMatchObject({ kind: "started", failing: ["telegram"] });
    expect(new Set(looks)).toEqual(new Set(["it answers; waits up to 20s for telegram"]));
  });
});
