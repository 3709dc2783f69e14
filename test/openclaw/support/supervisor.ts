import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { RealGateway } from "../kit/index.ts";

/** Stops and starts the kit's gateway for whoever asks over a socket, as a supervisor would. */
export type Supervisor = AsyncDisposable & {
  /** For `service` in a configuration. */
  readonly service: Readonly<Record<"kind", "command">> &
    Readonly<Record<"stop" | "start" | "status", readonly string[]>>;
  /** The next gateways it starts are killed a moment later. */
  readonly failNextStarts: (count: number) => void;
  /** How often it was started again because it had ended by itself. */
  readonly deaths: () => number;
};

/** How long a supervisor rests before it starts again what has ended. */
const restMs = 1_500;

/** How long the doomed one lives: it has begun to start by then, and is not ready. */
const doomedMs = 3_000;

/** With `keepsAlive` it starts again what ends by itself, as often as that happens, until it is asked to stop. */
export const supervise = async (
  gateway: RealGateway,
  { keepsAlive = false }: { readonly keepsAlive?: boolean } = {},
): Promise<Supervisor> => {
  const path = join(gateway.home, "supervisor.sock");
  let dooms = 0;
  let isWanted = gateway.pid() !== undefined;
  let deaths = 0;
  const keepAlive = async (): Promise<void> => {
    if (!keepsAlive) return;
    await gateway.exited();
    await new Promise((resolve) => {
      setTimeout(resolve, restMs);
    });
    if (!isWanted || gateway.pid() !== undefined) return;
    deaths += 1;
    await gateway.launch();
    void keepAlive();
  };
  const begun: Promise<unknown>[] = [];
  const answer = async (asked: string): Promise<number> => {
    switch (asked) {
      case "status":
        return gateway.pid() === undefined ? 3 : 0;
      case "stop":
        isWanted = false;
        if (gateway.pid() !== undefined) await gateway.stop();
        return 0;
      case "start": {
        isWanted = true;
        if (gateway.pid() !== undefined) return 0;
        await gateway.launch();
        void keepAlive();
        if (dooms > 0) {
          dooms -= 1;
          begun.push(
            new Promise<void>((resolve) => {
              setTimeout(resolve, doomedMs);
            }).then(() => (gateway.pid() === undefined ? undefined : gateway.kill())),
          );
        }
        return 0;
      }
      default:
        return 64;
    }
  };
  const server = createServer((socket) => {
    socket.once("data", (data) => {
      answer(String(data).trim()).then(
        (code) => socket.end(`${code}\n`),
        (error: unknown) => socket.end(`70 ${String(error)}\n`),
      );
    });
  });
  if (isWanted) void keepAlive();
  server.listen(path);
  await once(server, "listening");
  const command = (what: string): readonly string[] => [
    process.execPath,
    join(import.meta.dirname, "supervisor.child.ts"),
    path,
    what,
  ];
  return {
    service: { kind: "command", stop: command("stop"), start: command("start"), status: command("status") },
    deaths: () => deaths,
    failNextStarts: (count) => {
      dooms = count;
    },
    [Symbol.asyncDispose]: async () => {
      isWanted = false;
      server.close();
      await Promise.all(begun);
    },
  };
};
