import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Problem, systemClock } from "../../../src/ground/index.ts";
import { handshake } from "../../support/captures.ts";
import { challenge, hello, startPeer, usual } from "./peer.ts";
import { fastClock, settingsFor, sharedToken, until, watching } from "./watching.ts";

/** A TCP server that accepts and leaves the rest to the test. */
const accepting = async (onSocket: (socket: Socket) => void) => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
};

const quick = { clock: fastClock(25) };

describe("a gateway in trouble", () => {
  it("is down when nobody listens, and up within moments of starting", async () => {
    const first = await startPeer();
    const { port } = first;
    await first.close();
    await using gateway = watching(`ws://127.0.0.1:${port}`, quick);
    await gateway.state("down");
    await using peer = await startPeer({ port });
    await gateway.state("up");
    expect(peer.connections).toHaveLength(1);
    expect(gateway.states()).toEqual(["connecting", "down", "up"]);
  });

  it("is frozen when its port accepts and nobody speaks", async () => {
    await using standing = await accepting(() => undefined);
    await using gateway = watching(standing.url, quick);
    expect((await gateway.state("frozen")).report.evidence).toMatch(/no connect\.challenge came within 5 s/);
  });

  it("is frozen when the upgrade comes a byte at a time and never ends", async () => {
    await using loris = await accepting((socket) => {
      const drip = setInterval(() => socket.write("H"), 20);
      socket.on("close", () => {
        clearInterval(drip);
      });
      socket.write("HTTP/1.1 101 Switching Protocols\r\nX-Slow: ");
    });
    await using gateway = watching(loris.url, quick);
    await gateway.state("frozen");
  });

  it("is frozen when it greets and then does not answer connect", async () => {
    await using peer = await startPeer({ onHello: () => undefined });
    await using gateway = watching(peer.url, quick);
    expect((await gateway.state("frozen")).report.evidence).toMatch(/no answer to connect came within 10 s/);
  });

  it("is not taken for mute while it greets when it was us who stood still", async () => {
    await using peer = await startPeer({ onConnect: () => undefined });
    let rung: (() => void)[] | undefined = [];
    await using gateway = watching(peer.url, {
      clock: {
        ...systemClock,
        after: (delayMs, run) => {
          if (rung === undefined) return systemClock.after(delayMs, run);
          rung.push(run);
          return () => undefined;
        },
      },
    });
    await until(() => peer.connections.length === 1);
    // As after a minute of SIGSTOP: all that was due rings before anything is read.
    const due = rung;
    rung = undefined;
    for (const ring of due) ring();
    challenge(peer.latest());
    await gateway.state("up");
    expect(gateway.states()).toEqual(["connecting", "up"]);
  });

  it("is half-open and then frozen when it stops in the middle, and up when it goes on", async () => {
    let standing = false;
    await using peer = await startPeer({
      onConnect: (connection) => {
        if (!standing) challenge(connection);
      },
      onRequest: (connection, asked) => {
        if (!standing) usual({}, connection, asked);
      },
    });
    await using gateway = watching(peer.url, quick);
    await gateway.state("up");
    standing = true;
    expect((await gateway.state("half-open")).report.evidence).toMatch(/unanswered/);
    await gateway.state("frozen");
    standing = false;
    expect((await gateway.state("up")).report.evidence).toMatch(/the same process answers again/);
  });

  it("is half-open while it sends events and answers nothing, and up with its first answer", async () => {
    let answersNothing = false;
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        if (!answersNothing) usual({}, connection, asked);
      },
    });
    const ticking = setInterval(() => {
      for (const each of peer.connections) each.event("tick", { ts: Date.now() });
    }, 50);
    try {
      await using gateway = watching(peer.url, { clock: fastClock(50) });
      await gateway.state("up");
      answersNothing = true;
      expect((await gateway.state("half-open")).report.evidence).toMatch(/has answered no question/);
      // It lets us in again and again meanwhile: that proves nothing.
      const before = peer.connections.length;
      await until(() => peer.connections.length > before + 1);
      expect(gateway.states()).toEqual(["connecting", "up", "half-open"]);
      answersNothing = false;
      expect((await gateway.state("up")).report.evidence).toMatch(/the same process answers again/);
    } finally {
      clearInterval(ticking);
    }
  });

  it("is not taken for silent when it was us who stood still", async () => {
    let held: (() => void)[] | undefined;
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        const answer = (): void => {
          usual({}, connection, asked);
        };
        if (held === undefined) answer();
        else held.push(answer);
      },
    });
    const clock = fastClock(20);
    let stoodStillMs = 0;
    await using gateway = watching(peer.url, {
      clock: { ...clock, steady: () => clock.steady() + stoodStillMs },
    });
    await gateway.state("up");
    // As after SIGSTOP and SIGCONT: our timers run before anything is read, and a question has just been asked.
    held = [];
    await until(() => (held ?? []).length > 0);
    stoodStillMs = 40_000;
    const from = clock.steady();
    await until(() => clock.steady() - from > 5_000);
    const answers = held;
    held = undefined;
    for (const answer of answers) answer();
    const rounds = gateway.all("latency").length;
    await until(() => gateway.all("latency").length > rounds + 2);
    expect(gateway.states()).toEqual(["connecting", "up"]);
  });

  it("is half-open when no tick comes though nothing was asked", async () => {
    // Every method is absent, so that nothing is asked any more.
    await using peer = await startPeer({
      onHello: (connection, asked) => {
        connection.answer(asked, hello({ tickIntervalMs: 1_000 }));
      },
      onRequest: (connection, asked) => {
        connection.refuse(asked, { code: "INVALID_REQUEST", message: `unknown method: ${asked.method}` });
      },
    });
    await using gateway = watching(peer.url, { clock: fastClock(5) });
    expect((await gateway.state("half-open")).report.evidence).toMatch(/no tick/);
  });

  it("is booting while its probe says so, without a single attempt to connect", async () => {
    let started = false;
    await using peer = await startPeer({
      http: (_request, response) => {
        response.writeHead(started ? 200 : 503, { "content-type": "application/json" });
        response.end(
          JSON.stringify({
            ok: started,
            status: started ? "started" : "starting",
            uptimeMs: 2_000,
            pendingReason: "sidecars",
          }),
        );
      },
      onConnect: (connection) => {
        if (started) challenge(connection);
        else connection.socket.terminate();
      },
    });
    await using gateway = watching(peer.url, quick);
    expect((await gateway.state("booting")).report.state).toEqual({ kind: "booting", pending: "sidecars" });
    const attempts = peer.connections.length;
    started = true;
    await gateway.state("up");
    expect(peer.connections).toHaveLength(attempts + 1);
  });

  it("is stopping after its goodbye, and back as announced", async () => {
    let bootId = "boot-1";
    await using peer = await startPeer({
      onHello: (connection, asked) => {
        connection.answer(asked, hello({ bootId }));
      },
    });
    await using gateway = watching(peer.url, quick);
    await gateway.state("up");
    bootId = "boot-2";
    peer.latest().event("shutdown", { reason: "gateway stopping", restartExpectedMs: 1_500 });
    peer.latest().socket.close(1012, "service restart");
    await gateway.state("stopping");
    expect((await gateway.state("up")).report.evidence).toMatch(/restarted as announced/);
    expect(gateway.states()).toEqual(["connecting", "up", "stopping", "up"]);
  });

  it("crashed when it hangs up without goodbye", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url, quick);
    await gateway.state("up");
    peer.latest().socket.terminate();
    expect((await gateway.state("crashed")).report.evidence).toMatch(/close 1006/);
    expect((await gateway.state("up")).report.evidence).toMatch(/the same process/);
  });

  it("is in a crash loop after three boots of its own accord", async () => {
    let boot = 0;
    await using peer = await startPeer({
      onHello: (connection, asked) => {
        boot += 1;
        connection.answer(asked, hello({ bootId: `boot-${boot}` }));
      },
      onRequest: (connection) => {
        if (boot < 4) connection.socket.terminate();
      },
    });
    await using gateway = watching(peer.url, quick);
    expect((await gateway.state("crash-loop")).report.state).toMatchObject({ boots: 3 });
  });

  it("is suspended, not out of order, while a lease quiesces it, and is asked one thing meanwhile", async () => {
    let suspended = false;
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        if (!suspended) usual({}, connection, asked);
        else {
          connection.refuse(asked, {
            code: "UNAVAILABLE",
            message: `${asked.method} unavailable during gateway suspension`,
            retryable: true,
            retryAfterMs: 1_000,
            details: { method: asked.method, reason: "gateway-suspending", phase: "prepared" },
          });
        }
      },
    });
    await using gateway = watching(peer.url, quick);
    await gateway.next("config");
    suspended = true;
    peer.latest().event("gateway.suspension", { phase: "prepared" });
    await gateway.state("suspended");
    await until(() => peer.latest().requests.at(-1)?.method === "system.info");
    const from = peer.latest().requests.length;
    await until(() => peer.latest().requests.length >= from + 4);
    expect(
      new Set(
        peer
          .latest()
          .requests.slice(from)
          .map((asked) => asked.method),
      ),
    ).toEqual(new Set(["system.info"]));
    suspended = false;
    expect((await gateway.state("up")).report.evidence).toMatch(/resumed/);
    expect(gateway.states()).toEqual(["connecting", "up", "suspended", "up"]);
  });

  it("is suspended by us when clawback said so", async () => {
    await using peer = await startPeer();
    const clock = fastClock(1);
    await using gateway = watching(peer.url, { clock });
    await gateway.state("up");
    gateway.watch.suspending(clock.now() + 120_000);
    peer.latest().event("gateway.suspension", { phase: "prepared" });
    expect((await gateway.state("suspended")).report.state).toMatchObject({ ours: true });
  });

  it("is stopping while it drains for a restart", async () => {
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        connection.refuse(asked, {
          code: "UNAVAILABLE",
          message: "unavailable during gateway restart",
          retryable: true,
          details: { reason: "gateway-restarting" },
        });
      },
    });
    await using gateway = watching(peer.url, quick);
    expect((await gateway.state("stopping")).report.evidence).toMatch(/draining/);
  });
});

describe("a gateway that does not let us in", () => {
  it("is asked again only after a long while, with the secret read anew", async () => {
    const secrets = ["wrong", "right"];
    let asked = 0;
    await using peer = await startPeer({
      onHello: (connection, request) => {
        const { token } = request.params["auth"] as { readonly token: string };
        if (token === "right") connection.answer(request, hello());
        else connection.refuse(request, handshake("badtoken").at(-1)?.error as object);
      },
    });
    await using gateway = watching(peer.url, {
      ...quick,
      secret: () => Promise.resolve(secrets[Math.min(asked++, 1)] ?? ""),
    });
    const { report } = await gateway.state("unauthorised");
    expect(report.evidence).toBe("refused: AUTH_TOKEN_MISMATCH");
    expect(peer.connections).toHaveLength(1);
    gateway.watch.nudge();
    await gateway.state("up");
    expect(asked).toBe(2);
  });

  it("never has its secret in an event, whatever it says back", async () => {
    await using peer = await startPeer({
      onHello: (connection, request) => {
        const { token } = request.params["auth"] as { readonly token: string };
        connection.refuse(request, {
          code: "INVALID_REQUEST",
          message: "token mismatch",
          details: { code: token, reason: `"${token}"` },
        });
      },
    });
    await using gateway = watching(settingsFor(peer.url), quick);
    await gateway.state("unauthorised");
    expect(JSON.stringify(gateway.events)).not.toContain(sharedToken);
  });

  it("is not even called when that would show the secret to the network", async () => {
    await using gateway = watching(settingsFor("ws://192.0.2.1:18789"), quick);
    const { report } = await gateway.state("unauthorised");
    expect(report.evidence).toMatch(/plain ws: to 192\.0\.2\.1|plain ws:\/\/ to 192\.0\.2\.1/);
    expect(report.next).toMatch(/insecure/);
    // By its code, a screen says both in the language of its reader.
    expect(report.said).toMatchObject({ say: "problem", code: "SECRET_IN_THE_OPEN", text: report.evidence });
    expect(report.advice).toMatchObject({ say: "way-out", code: "SECRET_IN_THE_OPEN", text: report.next });
    expect(gateway.watch.cost().connects).toBe(0);
  });

  it("says what to do when the secret cannot be read", async () => {
    await using gateway = watching(settingsFor("ws://127.0.0.1:9"), {
      ...quick,
      secret: () =>
        Promise.reject(new Problem("SECRET_EMPTY", "the variable is not set", { hint: "Set it." })),
    });
    expect((await gateway.state("unauthorised")).report).toMatchObject({
      evidence: "the variable is not set",
      next: "Set it.",
    });
  });

  it("is under-scoped when it grants nothing, which a hello alone would hide", async () => {
    await using peer = await startPeer({
      onHello: (connection, request) => {
        connection.answer(request, hello({ scopes: [] }));
      },
    });
    await using gateway = watching(peer.url, quick);
    expect((await gateway.state("under-scoped")).report.state).toEqual({
      kind: "under-scoped",
      missing: ["operator.read"],
    });
    expect(gateway.all("hello")).toHaveLength(0);
    await peer.latest().closed;
    expect(peer.latest().requests).toHaveLength(1);
  });

  it("answers with plain HTTP, and the number says what that means", async () => {
    let status = 403;
    await using standing = await accepting((socket) => {
      socket.once("data", () => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
    });
    await using proxied = watching(standing.url, quick);
    expect((await proxied.state("unauthorised")).report.evidence).toMatch(/HTTP 403/);
    await proxied.watch.stop();
    status = 404;
    await using foreign = watching(standing.url, quick);
    expect((await foreign.state("incompatible")).report.evidence).toMatch(/HTTP 404/);
  });
});
