import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get as getPlain } from "node:http";
import { get as getTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdminConnection, connectAdmin } from "./admin.ts";
import { configOf } from "./config.ts";
import { findOpenClaw, type Release } from "./install.ts";
import { killGroup, leash, unleash } from "./leash.ts";
import { freePort } from "./listen.ts";
import { type ModelMock, startModel } from "./model.ts";
import { type TelegramMock, startTelegram } from "./telegram.ts";
import { until } from "./until.ts";

export type GatewayOptions = {
  /** The context window of the mock model; 32,000 tokens unless said otherwise. */
  readonly windowTokens?: number;
  /** Also a Telegram channel, against a mock of its API. */
  readonly telegram?: boolean;
  /** With TLS of its own: a certificate that it makes and signs itself, in its state directory. */
  readonly tls?: boolean;
  /** On every address of the machine, not only on loopback. */
  readonly lan?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Which OpenClaw it starts as. */
  readonly release?: Release;
  /** Merged into the top level of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
};

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type RealGateway = AsyncDisposable & {
  readonly url: string;
  readonly httpUrl: string;
  readonly port: number;
  readonly token: string;
  /** The gateway's HOME. */
  readonly home: string;
  readonly stateDir: string;
  readonly configFile: string;
  /** OpenClaw's own JSONL log. */
  readonly logFile: string;
  readonly model: ModelMock;
  /** Present when the gateway was made with a Telegram channel. */
  readonly telegram: TelegramMock | undefined;
  /** How it is started, for whoever starts it in our place. */
  readonly command: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
  };
  readonly pid: () => number | undefined;
  /** The last lines that the process printed. */
  readonly said: (lines?: number) => string;
  readonly admin: () => Promise<AdminConnection>;
  /** Starts the process without waiting for anything but the process itself. */
  readonly launch: () => Promise<void>;
  /** Starts, and waits until it is ready (or, where a channel is dead for good, started). */
  readonly start: (goal?: "ready" | "started") => Promise<void>;
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<Exit>;
  /** SIGKILL: no goodbye. */
  readonly kill: () => Promise<Exit>;
  readonly restart: (goal?: "ready" | "started") => Promise<void>;
  /** SIGSTOP: the process is there, its sockets accept, and nothing moves. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** What every later start runs, as after an update of the package. */
  readonly changeRelease: (release: Release) => Promise<void>;
  /** Resolves at the end of the running process, however it comes. */
  readonly exited: () => Promise<Exit>;
  readonly writeConfig: (text: string) => Promise<void>;
  readonly readConfig: () => Promise<string>;
};

const bootMs = 180_000;
const stopMs = 90_000;

/** OpenClaw gives a start up when a thread of its own is not there within five seconds: a busy machine, and no fault. */
const gaveUpOnItself = /state lease heartbeat did not become ready/;
const mostStarts = 5;

/** A gateway with its configuration and mocks, not yet started. */
export const createGateway = async (options: GatewayOptions = {}): Promise<RealGateway> => {
  let program = await findOpenClaw(options.release);
  const home = await mkdtemp(join(tmpdir(), "clawback-openclaw-"));
  const stateDir = join(home, ".openclaw");
  const configFile = join(stateDir, "openclaw.json");
  const logFile = join(home, "openclaw.log");
  const printed = join(home, "printed.log");
  const token = "a-token-for-tests";
  const port = await freePort();
  const model = await startModel();
  const telegram = options.telegram === true ? await startTelegram() : undefined;
  await mkdir(stateDir, { mode: 0o700 });
  await mkdir(join(home, "workspace"));
  const config = configOf({
    port,
    token,
    logFile,
    workspace: join(home, "workspace"),
    modelUrl: model.baseUrl,
    windowTokens: options.windowTokens ?? 32_000,
    telegramRoot: telegram?.apiRoot,
    tls: options.tls === true,
    lan: options.lan === true,
  });
  await writeFile(configFile, JSON.stringify({ ...config, ...options.config }, null, 2), { mode: 0o600 });
  await writeFile(printed, "");

  const argvNow = (): readonly string[] => [process.execPath, program, "gateway", "run"];
  const env = { ...quietEnv(process.env), ...options.env, HOME: home };

  type Running = { readonly child: ChildProcess; readonly group: number; readonly exit: Promise<Exit> };
  let running: Running | undefined;
  const secure = options.tls === true ? "s" : "";
  const url = `ws${secure}://127.0.0.1:${port}`;
  const httpUrl = `http${secure}://127.0.0.1:${port}`;

  const said = (lines = 30): string =>
    readFileSync(printed, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  const alive = (): Running => {
    if (running === undefined) throw new Error("this gateway is not running");
    return running;
  };

  const launch = async (): Promise<void> => {
    if (running !== undefined) throw new Error("this gateway is already running");
    const output = openSync(printed, "a");
    const [file = "", ...args] = argvNow();
    const child = spawn(file, args, {
      cwd: home,
      detached: true,
      stdio: ["ignore", output, output],
      env,
    });
    closeSync(output);
    const exit = new Promise<Exit>((resolve) => {
      child.once("exit", (code, signal) => {
        if (child.pid !== undefined) {
          // What the gateway itself started belongs to its group and goes with it.
          killGroup(child.pid, "SIGKILL");
          unleash(child.pid);
        }
        running = undefined;
        resolve({ code, signal });
      });
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    if (child.pid === undefined) throw new Error("a process that was spawned has a pid");
    leash(child.pid);
    running = { child, group: child.pid, exit };
  };

  const waitFor = (path: string): Promise<true> =>
    until(
      `the gateway's ${path}`,
      async () => {
        if (running === undefined) throw new Error(`the gateway ended while starting:\n${said()}`);
        return (await answers(`${httpUrl}${path}`)) || undefined;
      },
      { withinMs: bootMs, everyMs: 150, evidence: said },
    );

  const start = async (goal: "ready" | "started" = "ready"): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      await launch();
      try {
        await waitFor(goal === "ready" ? "/readyz" : "/startupz");
        return;
      } catch (error) {
        if (running !== undefined || attempt === mostStarts || !gaveUpOnItself.test(said())) throw error;
      }
    }
  };

  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<Exit> => {
    const { child, group, exit } = alive();
    if (signal === "SIGKILL") killGroup(group, signal);
    else child.kill(signal);
    const late = new AbortController();
    const deadline = setTimeout(() => {
      late.abort();
      killGroup(group, "SIGKILL");
    }, stopMs);
    const how = await exit;
    clearTimeout(deadline);
    if (late.signal.aborted) {
      throw new Error(`the gateway had to be killed ${stopMs / 1000} s after ${signal}:\n${said()}`);
    }
    return how;
  };

  return {
    url,
    httpUrl,
    port,
    token,
    home,
    stateDir,
    configFile,
    logFile,
    model,
    telegram,
    command: { argv: argvNow(), env, cwd: home },
    pid: () => running?.child.pid,
    said,
    admin: () => connectAdmin(url, token),
    launch,
    start,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    restart: async (goal) => {
      await end("SIGTERM");
      await start(goal);
    },
    freeze: () => {
      killGroup(alive().group, "SIGSTOP");
    },
    thaw: () => {
      killGroup(alive().group, "SIGCONT");
    },
    changeRelease: async (release) => {
      program = await findOpenClaw(release);
    },
    exited: () => alive().exit,
    writeConfig: (text) => writeFile(configFile, text, { mode: 0o600 }),
    readConfig: () => readFile(configFile, "utf8"),
    [Symbol.asyncDispose]: async () => {
      if (running !== undefined) await end("SIGKILL");
      await Promise.all([model.close(), telegram?.close()]);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

export const startGateway = async (options: GatewayOptions = {}): Promise<RealGateway> => {
  for (let attempt = 1; ; attempt += 1) {
    const gateway = await createGateway(options);
    try {
      await gateway.start();
      return gateway;
    } catch (error) {
      const isBusyMachine = gaveUpOnItself.test(gateway.said(200));
      await gateway[Symbol.asyncDispose]();
      // Anew: one that broke off leaves a state of which the next start refuses half.
      if (!isBusyMachine || attempt === mostStarts) throw error;
    }
  }
};

/** Refused, or too slow: not yet. */
const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const get = url.startsWith("https:") ? getTls : getPlain;
    // Its certificate is nobody's business here: what is asked is whether it is up.
    const asking = get(url, { timeout: 2_000, agent: false, rejectUnauthorized: false }, (response) => {
      response.resume().once("close", () => {
        resolve(response.statusCode === 200);
      });
    });
    asking.once("timeout", () => asking.destroy());
    asking.once("error", () => {
      resolve(false);
    });
  });

/** Nothing of the person who runs the tests reaches the gateway, and the gateway reaches nobody. */
const quietEnv = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    ["PATH", "LANG", "TZ", "TMPDIR"].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  ),
  NO_COLOR: "1",
  OPENCLAW_NO_AUTO_UPDATE: "1",
  OPENCLAW_DISABLE_BONJOUR: "1",
  OPENCLAW_OFFLINE: "1",
});
