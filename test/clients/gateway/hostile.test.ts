import { createHash } from "node:crypto";
import { createServer, type AddressInfo, type Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventFrames } from "../../support/captures.ts";
import { challenge, hello, startPeer } from "./peer.ts";
import { fastClock, until, watching } from "./watching.ts";

const quick = { clock: fastClock(25) };

describe("a peer that sends what no gateway sends", () => {
  it("is not spoken to when its first words are no challenge", async () => {
    for (const first of [
      `{"type":"event","event":"connect.challenge","payload":{"nonce":7}}`,
      "hello?",
      "[]",
      "\u0000",
    ]) {
      await using peer = await startPeer({
        onConnect: (connection) => {
          connection.sendRaw(first);
        },
      });
      await using gateway = watching(peer.url, quick);
      await gateway.state("incompatible");
      expect(peer.latest().requests).toEqual([]);
    }
  });

  it("is let go when hello-ok lacks what we stand on", async () => {
    await using peer = await startPeer({
      onHello: (connection, asked) => {
        connection.answer(asked, { type: "hello-ok", protocol: 4 });
      },
    });
    await using gateway = watching(peer.url, quick);
    expect((await gateway.state("incompatible")).report.evidence).toMatch(/hello-ok without a usable/);
  });

  it("has its garbage, depth and binary counted, and is watched on", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("lanes");
    const { sendRaw } = peer.latest();
    sendRaw("not json");
    sendRaw(`{"type":"event","event":"health","payload":${"[".repeat(100_000)}`);
    sendRaw(`{"type":"event","event":"health","payload":{"a":}}`);
    sendRaw(new Uint8Array([1, 2, 3]));
    sendRaw(`{"type":"res","id":"r-unknown","ok":true,"payload":{}}`);
    sendRaw(`{"type":"event","event":"unheard.of","payload":{"deep":[[[1]]]}}`);
    peer.latest().event("config.changed", {});
    await gateway.next("config-changed");
    expect(gateway.watch.cost().refused).toBe(4);
    expect(gateway.states()).toEqual(["connecting", "up"]);
  });

  it("is hung up on when a frame is longer than 16 MiB, and watched again", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("lanes");
    peer.latest().sendRaw("x".repeat(17 * 1024 * 1024));
    await gateway.state("crashed");
    await gateway.state("up");
    expect(gateway.watch.cost().refused).toBe(1);
  });

  it("has an answer that is too long to parse refused, without ending the connection", async () => {
    const sessions = `[${`{"key":"agent:main:${"x".repeat(400)}"},`.repeat(11_000)}null]`;
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        if (asked.method !== "sessions.list") return;
        connection.sendRaw(`{"type":"res","id":"${asked.id}","ok":true,"payload":{"sessions":${sessions}}}`);
      },
    });
    await using gateway = watching(peer.url);
    expect((await gateway.next("refused")).reason).toMatch(/too long/);
    expect(gateway.all("sessions")).toHaveLength(0);
    expect(gateway.states()).toEqual(["connecting", "up"]);
  });

  it("is read no faster than allowed, and nothing of what it sent is lost", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("lanes");
    const frames = 6_000;
    for (let run = 0; run < frames; run += 1) {
      peer.latest().event("chat", { runId: `r${run}`, sessionKey: "agent:main:a", state: "final" }, run + 1);
    }
    await until(() => gateway.all("turn").length === frames);
    expect(gateway.watch.cost().pauses).toBeGreaterThan(0);
    expect(gateway.all("gap")).toHaveLength(0);
  });

  it("that never answers is asked four things at a time and then given up", async () => {
    await using peer = await startPeer({ onRequest: () => undefined });
    await using gateway = watching(peer.url, quick);
    await gateway.state("half-open");
    // The connect and four questions at once. The patience for an answer and for the peer end at the same moment: at
    // worst each of the four has made room for one more before the peer is given up.
    const asked = peer.connections[0]?.requests.length ?? 0;
    expect(asked).toBeGreaterThanOrEqual(5);
    expect(asked).toBeLessThanOrEqual(9);
  });

  it("that closes at any step of the handshake is down, and tried again", async () => {
    for (const step of ["connect", "hello"] as const) {
      await using peer = await startPeer({
        onConnect: (connection) => {
          if (step === "connect") connection.socket.close(1011, "no \u001b[2Jthanks");
          else challenge(connection);
        },
        onHello: (connection) => {
          connection.socket.close(1011, "no \u001b[2Jthanks");
        },
      });
      await using gateway = watching(peer.url, quick);
      expect((await gateway.state("down")).report.evidence).toBe(
        "hung up before hello (close 1011, no thanks)",
      );
      await until(() => peer.connections.length >= 3);
    }
  });

  it("that announces a frame and sends it a byte at a time is half-open in the end", async () => {
    const server = createServer((socket) => {
      halfFrame(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using gateway = watching(`ws://127.0.0.1:${port}`, quick);
    await gateway.state("half-open");
    await gateway.watch.stop();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  });

  it("survives thousands of mutated recordings on one connection, and still hears", async () => {
    const recorded = eventFrames("context/provider-failures.events");
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("lanes");
    const mutated = fc.sample(
      fc
        .tuple(fc.constantFrom(...recorded), fc.nat(), fc.string({ maxLength: 8 }))
        .map(([{ bytes }, at, by]) => {
          const text = new TextDecoder().decode(bytes);
          const where = at % text.length;
          return `${text.slice(0, where)}${by}${text.slice(where + 1)}`;
        }),
      { numRuns: 3_000, seed: 7 },
    );
    for (const text of mutated) peer.latest().sendRaw(text);
    peer.latest().event("config.changed", {});
    await gateway.next("config-changed");
    expect(gateway.watch.cost().refused).toBeGreaterThan(100);
    expect(gateway.states()).toEqual(["connecting", "up"]);
  });
});

/** The handshake by hand, hello-ok, and then a frame of a megabyte, a byte at a time. */
const halfFrame = (socket: Socket): void => {
  socket.on("error", () => undefined);
  let text = "";
  let spoke = false;
  socket.on("data", (data: Buffer) => {
    if (text === "") {
      text = data.toString("latin1");
      const key = /sec-websocket-key: (\S+)/i.exec(text)?.[1] ?? "";
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.write(
        frameOf({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: Date.now() } }),
      );
      return;
    }
    if (spoke) return;
    spoke = true;
    socket.write(frameOf({ type: "res", id: "c1", ok: true, payload: hello() }));
    const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0x10, 0, 0]);
    socket.write(Buffer.concat([header, Buffer.from('{"type":"event"')]));
    const dripping = setInterval(() => socket.write(" "), 10);
    socket.on("close", () => {
      clearInterval(dripping);
    });
  });
};

const frameOf = (value: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(value));
  const header =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([header, body]);
};
