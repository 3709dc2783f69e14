import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import * as z from "zod";

/** A connection with every scope, for setting a scene. Not the product's client: it knows no caution at all. */
export type AdminConnection = AsyncDisposable & {
  /** The payload of the answer; a refusal throws with its code. */
  readonly call: (method: string, params?: object, withinMs?: number) => Promise<unknown>;
  readonly createSession: (key: string) => Promise<string>;
  /** Sends one message and waits until the run has settled, well or badly. */
  readonly turn: (sessionKey: string, message: string, withinMs?: number) => Promise<string>;
  /** Sends one message and does not wait. */
  readonly send: (sessionKey: string, message: string) => Promise<string>;
  readonly row: (sessionKey: string) => Promise<GatewayRow | undefined>;
  readonly bootId: string;
};

const scopes = [
  "operator.read",
  "operator.write",
  "operator.admin",
  "operator.approvals",
  "operator.pairing",
  "operator.questions",
];

const frame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event"), event: z.string(), payload: z.unknown() }),
  z.object({
    type: z.literal("res"),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  }),
]);

const row = z.looseObject({
  key: z.string(),
  status: z.string().nullish(),
  lastRunError: z.string().nullish(),
  totalTokens: z.number().nullish(),
});
export type GatewayRow = z.infer<typeof row>;

const helloOk = z.object({ server: z.object({ bootId: z.string() }) });
const started = z.object({ runId: z.string() });
const settled = z.object({ status: z.string() });

type Waiting = { readonly done: (payload: unknown) => void; readonly fail: (error: Error) => void };

export const connectAdmin = async (url: string, token: string): Promise<AdminConnection> => {
  // The certificate of a gateway under test is its own.
  const socket = new WebSocket(url, { rejectUnauthorized: false });
  const waiting = new Map<string, Waiting>();
  let count = 0;

  const call = (method: string, params: object = {}, withinMs = 60_000): Promise<unknown> =>
    new Promise((resolve, reject) => {
      count += 1;
      const id = `a${count}`;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`${method}: no answer within ${withinMs / 1000} s`));
      }, withinMs);
      waiting.set(id, {
        done: (payload) => {
          clearTimeout(timer);
          resolve(payload);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(new Error(`${method}: ${error.message}`));
        },
      });
      socket.send(JSON.stringify({ type: "req", id, method, params }));
    });

  const hello = await new Promise<unknown>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("close", (code, reason) => {
      const error = new Error(`the gateway closed the connection: ${code} ${reason.toString()}`);
      reject(error);
      for (const each of waiting.values()) each.fail(error);
      waiting.clear();
    });
    socket.on("message", (data: Buffer) => {
      const parsed = frame.safeParse(JSON.parse(data.toString()));
      if (!parsed.success) return;
      const message = parsed.data;
      if (message.type === "event") {
        if (message.event === "connect.challenge") call("connect", greeting(token)).then(resolve, reject);
        return;
      }
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.ok) asked?.done(message.payload);
      else asked?.fail(new Error(`${message.error?.code} ${message.error?.message}`));
    });
  });

  const send = async (sessionKey: string, message: string): Promise<string> => {
    const params = { sessionKey, message, idempotencyKey: randomUUID() };
    return started.parse(await call("chat.send", params)).runId;
  };

  return {
    bootId: helloOk.parse(hello).server.bootId,
    call,
    send,
    createSession: async (key) => {
      await call("sessions.create", { key, agentId: "main" });
      return key;
    },
    turn: async (sessionKey, message, withinMs = 60_000) => {
      const runId = await send(sessionKey, message);
      return settled.parse(await call("agent.wait", { runId, timeoutMs: withinMs }, withinMs + 5_000)).status;
    },
    row: async (sessionKey) =>
      z
        .object({ sessions: z.array(row) })
        .parse(await call("sessions.list"))
        .sessions.find((each) => each.key === sessionKey),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        socket.removeAllListeners("error");
        // The gateway may be gone in the middle of the goodbye; that is goodbye enough.
        socket.on("error", () => {
          socket.terminate();
        });
        socket.once("close", () => {
          resolve();
        });
        socket.close();
      }),
  };
};

const greeting = (token: string): object => ({
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: "gateway-client", version: "0", platform: process.platform, mode: "backend" },
  role: "operator",
  scopes,
  caps: [],
  auth: { token },
});
