import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pty from "@lydell/node-pty";

/**
 * A full-screen program seen from outside, with a stopwatch: what arrives at the master side of its pty and when, and
 * what /proc says about its process. Linux only. A benchmark may let time pass; a test may not.
 */
export type WatchedProgram = AsyncDisposable & {
  readonly pid: number;
  readonly startedAt: number;
  readonly received: () => number;
  /** Milliseconds until these bytes arrive, counted from now. */
  readonly until: (text: string, limitMs?: number) => Promise<number>;
  readonly send: (bytes: string) => void;
  readonly stall: () => void;
  readonly resume: () => void;
  /** Of all its threads since it began, in itself and in the system on its behalf; of children nothing. */
  readonly cpuMs: () => number;
  readonly rssBytes: () => number;
  /** What the program reports about itself under CLAWBACK_PROBE. */
  readonly probe: () => Gaps | undefined;
  readonly quit: (key: string) => Promise<void>;
};

/** How long the event loop was held up at worst: since the program started, and in the last tenth of a second. */
type Gaps = { readonly worstGapMs: number; readonly recentGapMs: number };

export type WatchOptions = {
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly withProbe: boolean;
};

export const watchProgram = ({ command, columns, rows, env, withProbe }: WatchOptions): WatchedProgram => {
  // The report is written while it is measured: it must not wait for a disk.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "bench-console-"));
  const probePath = join(folder, "probe.json");
  const { CI: _ci, NODE_ENV: _nodeEnv, ...inherited } = process.env;
  const startedAt = performance.now();
  const [file = "", ...args] = command;
  const child = pty.spawn(file, args, {
    cols: columns,
    rows,
    env: {
      ...inherited,
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      LANG: "C.UTF-8",
      ...(withProbe ? { CLAWBACK_PROBE: probePath } : {}),
      ...env,
    },
  });
  let received = 0;
  let isOver = false;
  let recent = "";
  let waiting: { readonly text: string; readonly found: () => void } | undefined;
  child.onData((data) => {
    received += Buffer.byteLength(data);
    if (waiting === undefined) return;
    recent = (recent + data).slice(-65_536);
    if (recent.includes(waiting.text)) waiting.found();
  });
  child.onExit(() => {
    isOver = true;
  });

  const end = async (): Promise<void> => {
    if (!isOver) child.kill("SIGKILL");
    while (!isOver) await pause(10);
    rmSync(folder, { recursive: true, force: true });
  };

  return {
    [Symbol.asyncDispose]: end,
    pid: child.pid,
    startedAt,
    received: () => received,
    until: async (text, limitMs = 15_000) => {
      const from = performance.now();
      recent = "";
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const limit = setTimeout(() => {
        reject(new Error(`${JSON.stringify(text)} did not come within ${limitMs} ms`));
      }, limitMs);
      waiting = {
        text,
        found: () => {
          waiting = undefined;
          clearTimeout(limit);
          resolve(performance.now() - from);
        },
      };
      return promise;
    },
    send: (bytes) => {
      child.write(bytes);
    },
    stall: () => {
      child.pause();
    },
    resume: () => {
      child.resume();
    },
    cpuMs: () => cpuMsOf(child.pid),
    rssBytes: () => rssBytesOf(child.pid),
    probe: () => {
      try {
        return JSON.parse(readFileSync(probePath, "utf8")) as Gaps;
      } catch {
        return undefined;
      }
    },
    quit: async (key) => {
      child.resume();
      child.write(key);
      for (let tries = 0; !isOver && tries < 60; tries += 1) await pause(50);
      await end();
    },
  };
};

/** Ticks of 10 ms on every Linux there is. */
const tickMs = 10;

const cpuMsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
};

const rssBytesOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
