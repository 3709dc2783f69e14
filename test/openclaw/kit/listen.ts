import { type RequestListener, createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";

export type Listening = { readonly port: number; readonly close: () => Promise<void> };

/** An HTTP server on a free port of loopback. */
export const listen = async (answer: RequestListener): Promise<Listening> => {
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

/** From here to the next 10,000 no system takes the ports that it hands out by itself. */
const lowestPort = 20_000;

/**
 * A port that was free a moment ago: for a process that must be told its port, and is stopped and started on it. It is
 * none of those that a connection or a server without a number gets, or one of them could have it in between.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = lowestPort + Math.floor(Math.random() * 10_000);
    const server = createSocketServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => {
        resolve(false);
      });
      server.listen(port, "127.0.0.1", () => {
        resolve(true);
      });
    });
    if (!isFree) continue;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    return port;
  }
};

const portOf = (address: ReturnType<ReturnType<typeof createSocketServer>["address"]>): number => {
  if (address === null || typeof address === "string")
    throw new Error("a TCP server has an address and port");
  return address.port;
};
