import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

/** The gateway's port on loopback. It hands over what arrives, and can be cut with everybody still on it. */
export type Listener = {
  readonly port: number;
  /** From now on what clients send is not even read. New ones are accepted by the system and meet silence. */
  readonly freeze: () => void;
  /** Stops listening and waits until every socket is gone; those that linger are cut. */
  readonly close: () => Promise<void>;
};

export const listen = async (
  port: number,
  handlers: {
    readonly request: (request: IncomingMessage, response: ServerResponse) => void;
    readonly socket: (socket: WebSocket, request: IncomingMessage) => void;
    /** While it holds, bytes are accepted and nobody answers: how a process looks whose event loop stands still. */
    readonly frozen: () => boolean;
  },
): Promise<Listener> => {
  const sockets = new Set<Socket>();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 26_214_400 });
  const server = createServer((request, response) => {
    if (!handlers.frozen()) handlers.request(request, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    // A client that leaves in the middle of the upgrade is its own affair.
    socket.on("error", () => socket.destroy());
    if (handlers.frozen()) return;
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      handlers.socket(opened, request);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    freeze: () => {
      for (const client of webSockets.clients) client.pause();
    },
    close: () =>
      new Promise((resolve, reject) => {
        webSockets.close();
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeIdleConnections();
        // Clients that were told goodbye answer at once; whoever does not is not waited for.
        setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, lingerMs).unref();
      }),
  };
};

const lingerMs = 150;
