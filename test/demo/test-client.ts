import { once } from "node:events";
import { WebSocket } from "ws";

/** A bare client for tests of the demo: it sends what it is told and keeps every frame that came. */
export type Frame = { readonly [key: string]: unknown };

/** What stands at a path of a frame, such as "payload.auth.scopes". */
export const at = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null
          ? Object.entries(inner).find(([name]) => name === key)?.[1]
          : undefined,
      value,
    );

export type TestClient = {
  readonly frames: readonly Frame[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** The answer to one question. */
  readonly ask: (method: string, params?: unknown) => Promise<Frame>;
  /** The next frame that fits, among those that came already or will come. */
  readonly until: (fits: (frame: Frame) => boolean) => Promise<Frame>;
  readonly close: () => Promise<void>;
};

export const openSocket = async (url: string, headers: Record<string, string> = {}): Promise<TestClient> => {
  const socket = new WebSocket(url, { headers });
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => {
      resolve({ code, reason: reason.toString() });
      for (const wake of waiting) wake();
    });
  });
  socket.on("message", (data: Buffer) => {
    const frame: unknown = JSON.parse(data.toString());
    if (isFrame(frame)) frames.push(frame);
    for (const wake of waiting) wake();
  });
  await once(socket, "open");
  let asked = 0;
  const until = async (fits: (frame: Frame) => boolean): Promise<Frame> => {
    let seen = 0;
    for (;;) {
      while (seen < frames.length) {
        const frame = frames[seen];
        seen += 1;
        if (frame !== undefined && fits(frame)) return frame;
      }
      if (socket.readyState === WebSocket.CLOSED)
        throw new Error("the connection closed before the frame came");
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  return {
    frames,
    closed,
    until,
    ask: (method, params = {}) => {
      asked += 1;
      const id = `q${asked}`;
      socket.send(JSON.stringify({ type: "req", id, method, params }));
      return until((frame) => frame["type"] === "res" && frame["id"] === id);
    },
    close: async () => {
      socket.close();
      await closed;
    },
  };
};

const isFrame = (value: unknown): value is Frame => typeof value === "object" && value !== null;

export const connectParams = (token: string, scopes: readonly string[] = ["operator.read"]) => ({
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: "cli", version: "0.1.0", platform: "linux", mode: "cli" },
  role: "operator",
  scopes,
  caps: [],
  auth: { token },
});

export const connectTo = async (
  gateway: { readonly url: string; readonly token: string },
  scopes?: readonly string[],
): Promise<TestClient> => {
  const client = await openSocket(gateway.url);
  const answer = await client.ask("connect", connectParams(gateway.token, scopes));
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
  return client;
};
