import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { handshake } from "../../support/captures.ts";

/**
 * A gateway for one test, over a real socket on loopback: it does by default what a healthy one does, and any part of
 * that can be replaced. It holds what it was sent, so that a test can look.
 */
export type PeerRequest = {
  readonly id: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
};

export type PeerConnection = {
  readonly headers: IncomingHttpHeaders;
  readonly requests: PeerRequest[];
  readonly socket: WebSocket;
  readonly send: (frame: unknown) => void;
  readonly sendRaw: (data: string | Uint8Array) => void;
  readonly event: (event: string, payload: unknown, seq?: number) => void;
  readonly answer: (request: PeerRequest, payload: unknown) => void;
  readonly refuse: (request: PeerRequest, error: object) => void;
  readonly closed: Promise<number>;
};

export type PeerScript = {
  /** Instead of the challenge. */
  readonly onConnect?: (connection: PeerConnection) => void;
  /** Instead of hello-ok; `hello` makes one. */
  readonly onHello?: (connection: PeerConnection, request: PeerRequest) => void;
  readonly onRequest?: (connection: PeerConnection, request: PeerRequest) => void;
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly http?: RequestListener;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
};

export type Peer = {
  readonly url: string;
  readonly port: number;
  readonly connections: readonly PeerConnection[];
  readonly latest: () => PeerConnection;
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

type HelloFields = {
  readonly bootId?: string;
  readonly version?: string;
  readonly scopes?: readonly string[];
  readonly deviceToken?: string;
  readonly tickIntervalMs?: number;
  readonly suspended?: boolean;
};

const recordedHello = handshake("hello-ok.full")[1]?.payload as {
  readonly server: object;
  readonly snapshot: object;
  readonly policy: object;
};

/** The recorded hello-ok of a real gateway, with these fields changed. */
export const hello = (fields: HelloFields = {}): unknown => ({
  ...recordedHello,
  server: {
    ...recordedHello.server,
    bootId: fields.bootId ?? "boot-1",
    version: fields.version ?? "2026.9.6",
  },
  snapshot: {
    ...recordedHello.snapshot,
    ...(fields.suspended === true ? { suspension: { phase: "prepared" } } : {}),
  },
  auth: {
    method: "token",
    role: "operator",
    scopes: fields.scopes ?? ["operator.read"],
    ...(fields.deviceToken === undefined ? {} : { deviceToken: fields.deviceToken }),
  },
  policy: { ...recordedHello.policy, tickIntervalMs: fields.tickIntervalMs ?? 30_000 },
});

const usualAnswers: Readonly<Record<string, unknown>> = {
  "system.info": { pid: 1, uptimeMs: 1_000 },
  "channels.status": { channelAccounts: {}, statusIssues: [] },
  "sessions.list": { sessions: [], totalCount: 0 },
  "diagnostics.lanes": { lanes: [] },
  "diagnostics.stability": { events: [], lastSeq: 0 },
  "config.get": { valid: true, issues: [] },
  "logs.tail": { lines: [], cursor: 10 },
};

export const startPeer = async (script: PeerScript = {}): Promise<Peer> => {
  const listener: RequestListener =
    script.http ??
    ((_request, response) => {
      response.writeHead(404).end("no such page");
    });
  const server = script.tls === undefined ? createServer(listener) : createTlsServer(script.tls, listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const connections: PeerConnection[] = [];
  const wss = new WebSocketServer({ server, maxPayload: 1 << 26 });
  wss.on("connection", (socket, request) => {
    const connection = connectionOf(socket, request.headers);
    connections.push(connection);
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      const asked = JSON.parse(data.toString()) as PeerRequest;
      connection.requests.push(asked);
      if (asked.method === "connect") {
        if (script.onHello === undefined) connection.answer(asked, hello());
        else script.onHello(connection, asked);
      } else if (script.onRequest === undefined) {
        usual(script, connection, asked);
      } else {
        script.onRequest(connection, asked);
      }
    });
    if (script.onConnect === undefined) challenge(connection);
    else script.onConnect(connection);
  });
  await new Promise<void>((resolve) => server.listen(script.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  };
  return {
    url: `${script.tls === undefined ? "ws" : "wss"}://127.0.0.1:${port}`,
    port,
    connections,
    latest: () => {
      const last = connections.at(-1);
      if (last === undefined) throw new Error("nobody connected yet");
      return last;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

export const challenge = (connection: PeerConnection): void => {
  connection.event("connect.challenge", { nonce: "nonce-1", ts: Date.now(), capabilities: [] });
};

/** What a healthy gateway answers, with the script's own answers before it. */
export const usual = (script: PeerScript, connection: PeerConnection, asked: PeerRequest): void => {
  const answers = { ...usualAnswers, ...script.answers };
  if (asked.method in answers) connection.answer(asked, answers[asked.method]);
  else connection.refuse(asked, { code: "INVALID_REQUEST", message: `unknown method: ${asked.method}` });
};

const connectionOf = (socket: WebSocket, headers: IncomingHttpHeaders): PeerConnection => {
  const send = (frame: unknown): void => {
    socket.send(JSON.stringify(frame));
  };
  return {
    headers,
    requests: [],
    socket,
    send,
    sendRaw: (data) => {
      socket.send(data);
    },
    event: (event, payload, seq) => {
      send({ type: "event", event, payload, ...(seq === undefined ? {} : { seq }) });
    },
    answer: (request, payload) => {
      send({ type: "res", id: request.id, ok: true, payload });
    },
    refuse: (request, error) => {
      send({ type: "res", id: request.id, ok: false, error });
    },
    closed: new Promise((resolve) => {
      socket.on("close", resolve);
    }),
  };
};
