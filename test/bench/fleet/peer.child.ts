import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { answer, handshake } from "../../support/captures.ts";

/**
 * Any number of gateways behind one port, light enough that their work does not stand in the way of what is measured:
 * every frame is prepared text, made from recordings. Ten events a second each: eight words of a conversation, the
 * start of a turn and its end.
 */
export type PeerNumbers = {
  readonly kind: "numbers";
  readonly events: number;
  readonly turns: number;
  readonly requests: number;
  readonly connected: number;
  /** When each connection was accepted, since the last blink. */
  readonly accepted: readonly number[];
};

export type PeerOrder =
  | { readonly kind: "events"; readonly on: boolean }
  | { readonly kind: "numbers" }
  /** Every connection is cut, as when a network goes away for a moment. */
  | { readonly kind: "blink" };

const helloText = JSON.stringify(handshake("hello-ok.full")[1]?.payload);
const [row] = (answer("rpc/sessions.list") as { readonly sessions: readonly object[] }).sessions;
const sessions = Array.from({ length: 20 }, (_, index) => ({ ...row, key: `agent:main:s${index}` }));
const answers: Readonly<Record<string, string>> = {
  "system.info": JSON.stringify(answer("rpc/system.info")),
  "channels.status": JSON.stringify(answer("rpc/channels.status.telegram-ok")),
  "diagnostics.lanes": JSON.stringify(answer("rpc/diagnostics.lanes")),
  "diagnostics.stability": JSON.stringify({ events: [], lastSeq: 0 }),
  "config.get": JSON.stringify(answer("rpc/config.get")),
  "logs.tail": JSON.stringify({ lines: [], cursor: 1 }),
  "sessions.list": JSON.stringify({ sessions, totalCount: sessions.length, hasMore: false }),
  "sessions.describe": JSON.stringify({ session: sessions[0] }),
};

const words = "All systems nominal; nothing to see here, really. ".repeat(8);
const counts = { events: 0, turns: 0, requests: 0 };
let accepted: number[] = [];
let sending = false;

class Connection {
  readonly socket: WebSocket;
  private seq = 0;
  private step = Math.floor(Math.random() * 10);
  private run = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  event(): void {
    const { step } = this;
    this.step = (step + 1) % 10;
    if (step === 0) {
      this.run += 1;
      this.frame("agent", `"stream":"lifecycle","data":{"phase":"start"}`);
    } else if (step === 9) {
      counts.turns += 1;
      this.frame(
        "chat",
        `"state":"final","message":{"role":"assistant","content":[{"type":"text","text":"${words}"}]}`,
      );
    } else {
      this.frame(
        "chat",
        `"state":"delta","deltaText":"${words}","message":{"role":"assistant","content":[]}`,
      );
    }
  }

  private frame(event: string, rest: string): void {
    counts.events += 1;
    this.seq += 1;
    const ids = `"runId":"run-${this.run}","sessionKey":"agent:main:s${this.run % 20}","agentId":"main"`;
    this.socket.send(`{"type":"event","event":"${event}","payload":{${ids},${rest}},"seq":${this.seq}}`);
  }
}

const connections = new Set<Connection>();
const server = createServer((_request, response) => response.writeHead(404).end());
const wss = new WebSocketServer({ server });

wss.on("connection", (socket) => {
  accepted.push(Date.now());
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer) => {
    const asked = JSON.parse(data.toString()) as { readonly id: string; readonly method: string };
    if (asked.method === "connect") {
      socket.send(`{"type":"res","id":"${asked.id}","ok":true,"payload":${helloText}}`);
      const connection = new Connection(socket);
      connections.add(connection);
      socket.on("close", () => connections.delete(connection));
      return;
    }
    counts.requests += 1;
    socket.send(`{"type":"res","id":"${asked.id}","ok":true,"payload":${answers[asked.method] ?? "{}"}}`);
  });
  socket.send(`{"type":"event","event":"connect.challenge","payload":{"nonce":"n","ts":${Date.now()}}}`);
});

// A tenth of the fleet every ten milliseconds: the load is even, as that of many machines would be.
let slice = 0;
setInterval(() => {
  slice = (slice + 1) % 10;
  if (!sending) return;
  let index = 0;
  for (const connection of connections) {
    if (index % 10 === slice) connection.event();
    index += 1;
  }
}, 10);

process.on("message", (order: PeerOrder) => {
  switch (order.kind) {
    case "events":
      sending = order.on;
      return;
    case "blink":
      accepted = [];
      for (const { socket } of connections) socket.terminate();
      return;
    case "numbers": {
      const numbers: PeerNumbers = { kind: "numbers", ...counts, connected: connections.size, accepted };
      process.send?.(numbers);
    }
  }
});

// Whoever measures may end before its time, and nobody else would end this one.
process.on("disconnect", () => {
  process.exit();
});

server.listen(0, "127.0.0.1", 1_024, () => {
  process.send?.({ kind: "port", port: (server.address() as AddressInfo).port });
});
