import { Problem, type Clock } from "../ground/index.ts";
import type { ChannelName, GatewayCast } from "./cast.ts";
import { serveConnection, type Connection } from "./connection.ts";
import { healthIntervalMs, tickIntervalMs } from "./hello.ts";
import { healthOf } from "./answers/system.ts";
import { listen, type Listener } from "./listener.ts";
import { logFile } from "./log-file.ts";
import { answerProbe } from "./probes.ts";
import type { Random } from "./random.ts";
import { startRunning, type RunningGateway } from "./running.ts";
import { botTokenOf, readConfig } from "./state/config.ts";
import { makeStateFolder } from "./state/folder.ts";
import { timersOf, type Timers } from "./timers.ts";

/**
 * A gateway that can be started, stopped, killed and frozen any number of times over the same port and the same state
 * directory. What it serves after a start is what the directory holds then.
 */
export type DemoGateway = {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly stateDir: string;
  readonly labels: readonly string[];
  readonly status: () => GatewayStatus;
  readonly running: () => RunningGateway | undefined;
  readonly start: (how?: {
    readonly version?: string;
    readonly bootMs?: number;
    /** It ends while it starts. */
    readonly dies?: boolean;
  }) => Promise<void>;
  /** Says goodbye, with the time after which it will be back when that is known, and ends cleanly. */
  readonly stop: (how?: {
    readonly restartExpectedMs?: number;
    /** A turn under way keeps it that long; a kill does not wait for it. */
    readonly drainMs?: number;
  }) => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly freeze: () => void;
  /** From now on the chat service takes no other token than the one of the beginning. */
  readonly refuseChannel: (name: ChannelName, error: string) => void;
};

export type GatewayStatus = "stopped" | "starting" | "running" | "frozen";

export const createGateway = async (
  cast: GatewayCast,
  given: {
    readonly clock: Clock;
    readonly speed: number;
    readonly seed: string;
    readonly random: Random;
    readonly stateDir: string;
    readonly logPath: string;
    /** Called with each new process once it serves. */
    readonly live: (gateway: RunningGateway) => void;
    /** Called with each client that is let in. */
    readonly welcomed: () => void;
  },
): Promise<DemoGateway> => {
  const { clock, stateDir } = given;
  const token = given.random.fork("token").token();
  let status: GatewayStatus = "stopped";
  let version = cast.version;
  let running: RunningGateway | undefined;
  let connections = new Set<Connection>();
  let healthVersion = 1;
  let boots = 0;

  const stateVersion = () => ({ presence: connections.size, health: healthVersion });
  const broadcast =
    (to: ReadonlySet<Connection>): RunningGateway["broadcast"] =>
    (event, payload, audience = "everybody") => {
      if (status === "frozen") return;
      if (event === "health") healthVersion += 1;
      for (const connection of to) {
        if (!connection.ready() || (audience === "subscribers" && !connection.subscribed())) continue;
        connection.event(event, payload, event === "health" ? { stateVersion: stateVersion() } : {});
      }
    };

  const open = (port: number): Promise<Listener> =>
    listen(port, {
      frozen: () => status === "frozen",
      request: (request, response) => {
        if (running === undefined) {
          response.destroy();
          return;
        }
        answerProbe(request, response, {
          version: running.version,
          uptimeMs: running.timers.now() - running.upSince,
          failing: [
            ...(running.suspension.phase() === "prepared" ? ["gateway-draining"] : []),
            ...running.channels().flatMap(({ name, ended }) => (ended === undefined ? [] : [name])),
          ],
          phase: status === "starting" ? "starting" : "started",
          eventLoop: running.vitals().eventLoop,
        });
      },
      socket: (socket, request) => {
        if (running === undefined) {
          socket.terminate();
          return;
        }
        const own = connections;
        const connection = serveConnection(socket, {
          gateway: running,
          token,
          origin: request.headers.origin,
          starting: () => status === "starting",
          frozen: () => status === "frozen",
          stateVersion,
          welcomed: given.welcomed,
        });
        own.add(connection);
        socket.on("close", () => own.delete(connection));
      },
    });

  let listener: Listener | undefined = await open(0);
  const { port } = listener;
  makeStateFolder(cast, { stateDir, port, token, random: given.random.fork("past"), now: clock.now() });

  const goodTokens = readConfig(stateDir);
  const refusals = new Map<ChannelName, string>();
  const endRefused = (gateway: RunningGateway): void => {
    for (const [name, error] of refusals) {
      if (botTokenOf(gateway.appliedConfig(), name) === botTokenOf(goodTokens, name)) continue;
      gateway.endChannel(name, error);
      gateway.log.write(
        gateway.timers.now(),
        "ERROR",
        `gateway/channels/${name}`,
        `[default] channel exited: ${error}; auto-restart skipped, terminal disconnect`,
      );
    }
  };

  const run = (upSince: number, timers: Timers): RunningGateway => {
    boots += 1;
    connections = new Set();
    return startRunning({
      cast,
      version,
      port,
      stateDir,
      timers,
      random: given.random.fork(`boot-${boots}`),
      log: logFile(given.logPath, cast.hostname),
      upSince,
      seed: given.seed,
      broadcast: broadcast(connections),
    });
  };
  const serve = (gateway: RunningGateway): void => {
    status = "running";
    gateway.timers.every(tickIntervalMs, () => {
      gateway.broadcast("tick", { ts: gateway.timers.now() });
    });
    gateway.timers.every(healthIntervalMs, () => {
      gateway.broadcast("health", healthOf(gateway));
    });
    endRefused(gateway);
    given.live(gateway);
  };
  running = run(clock.now() - cast.uptimeMs, timersOf(clock, given.speed));
  serve(running);

  let endDrain: (() => void) | undefined;
  const end = async (how: "stopped" | "killed"): Promise<void> => {
    const [ending, closing] = [running, listener];
    endDrain?.();
    status = "stopped";
    running = undefined;
    listener = undefined;
    for (const connection of connections) {
      if (how === "stopped") connection.close(1012, "service restart");
      else connection.cut();
    }
    ending?.end(how);
    await closing?.close();
  };

  return {
    name: cast.name,
    url: `ws://127.0.0.1:${port}`,
    token,
    stateDir,
    labels: cast.labels,
    status: () => status,
    running: () => (status === "running" ? running : undefined),
    start: async ({ version: next, bootMs = ordinaryBootMs, dies = false } = {}) => {
      if (status !== "stopped") {
        throw new Problem("DEMO_RUNNING", `${cast.name} is ${status}: it cannot be started again.`, {
          hint: "Stop or kill it first.",
        });
      }
      version = next ?? version;
      status = "starting";
      const timers = timersOf(clock, given.speed);
      try {
        running = run(clock.now(), timers);
        listener = await open(port);
      } catch (error) {
        timers.cancelAll();
        running?.end("killed");
        running = undefined;
        status = "stopped";
        throw error;
      }
      const started = running;
      started.log.write(timers.now(), "INFO", "gateway", `starting ${version}; waiting for sidecars`);
      if (dies) {
        timers.real(lifeOfTheDoomedMs, () => {
          started.log.write(
            timers.now(),
            "ERROR",
            "gateway",
            "startup failed: this is the mishap of the demo",
          );
          void end("killed");
        });
        return;
      }
      timers.story(bootMs, () => {
        started.log.write(timers.now(), "INFO", "gateway", "ready");
        serve(started);
      });
    },
    stop: async ({ restartExpectedMs, drainMs = 0 } = {}) => {
      if (running === undefined) return;
      running.log.write(clock.now(), "INFO", "gateway", "received SIGTERM; shutting down");
      running.broadcast("shutdown", {
        reason: "gateway stopping",
        ...(restartExpectedMs === undefined ? {} : { restartExpectedMs }),
      });
      const stopping = running;
      if (drainMs > 0) {
        await new Promise<void>((resolve) => {
          const callOff = clock.after(drainMs, resolve);
          endDrain = () => {
            callOff();
            resolve();
          };
        });
        endDrain = undefined;
      }
      // Killed meanwhile, it has ended already.
      if (running === stopping) await end("stopped");
    },
    kill: () => end("killed"),
    freeze: () => {
      if (status !== "running") return;
      status = "frozen";
      listener?.freeze();
    },
    refuseChannel: (name, error) => {
      refusals.set(name, error);
      if (running !== undefined) endRefused(running);
    },
  };
};

/** Long enough to be seen starting. */
const lifeOfTheDoomedMs = 400;

/** How long a start takes in the time of the story, from the first 503 to ready. */
const ordinaryBootMs = 2_500;
