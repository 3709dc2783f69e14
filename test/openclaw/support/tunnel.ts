import { once } from "node:events";
import { createServer, request } from "node:http";

/**
 * A reverse proxy as people put it before a gateway: to us it is a local address, to the gateway we are a remote client
 * (X-Forwarded-For). Only upgrades pass.
 */
export const tunnelTo = async (port: number): Promise<AsyncDisposable & { readonly url: string }> => {
  const sockets = new Set<{ readonly destroy: () => unknown }>();
  const server = createServer((_, response) => {
    response.writeHead(404).end();
  });
  server.on("upgrade", (incoming, socket, head) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    const onward = request({
      host: "127.0.0.1",
      port,
      path: incoming.url,
      headers: { ...incoming.headers, "x-forwarded-for": "203.0.113.9" },
    });
    onward.once("upgrade", (response, upstream, first) => {
      sockets.add(upstream);
      upstream.on("error", () => upstream.destroy());
      const headers = Object.entries(response.headers).map(
        ([name, value]) => `${name}: ${String(value)}\r\n`,
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("")}\r\n`);
      socket.write(first);
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    onward.once("error", () => socket.destroy());
    onward.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    url: `ws://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
