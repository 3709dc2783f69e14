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

/** A port that was free a moment ago: for a process that must be told its port. */
export const freePort = async (): Promise<number> => {
  const server = createSocketServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const port = portOf(server.address());
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  return port;
};

const portOf = (address: ReturnType<ReturnType<typeof createSocketServer>["address"]>): number => {
  if (address === null || typeof address === "string")
    throw new Error("a TCP server has an address and port");
  return address.port;
};
