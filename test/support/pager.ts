import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a webhook tells people through: a real server on loopback that writes down each change it was sent. */
export type Pager = AsyncDisposable & { readonly url: string; readonly calls: string[] };

export const openPager = async (): Promise<Pager> => {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const { change, gateway } = JSON.parse(body) as { change: string; gateway: string };
      calls.push(gateway === "prod-eu" ? change : `${change} ${gateway}`);
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
