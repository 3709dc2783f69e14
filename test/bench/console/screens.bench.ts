import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, type Figure, median, quantile } from "../bench.ts";
import { keyMarks } from "./key-marks.ts";
import type { LargeFleet } from "./large-fleet.child.ts";
import { makeLargeVault } from "./large-vault.ts";
import { watchProgram, type WatchedProgram } from "./watched-program.ts";

const gateways = 50;
const logLinesPerSecond = 100;
const snapshots = 2_000;

/**
 * The console as it is shipped, before a fleet and a vault of the largest size it is meant for: 50 gateways with 500
 * sessions that talk all the time, a log of 100 lines a second, 2,000 snapshots. Fleet and vault are made beforehand,
 * and the fleet runs in a process of its own.
 */
export const screensBench: Bench = {
  title: `the built console on ${gateways} gateways, a log of ${logLinesPerSecond} lines/s, ${snapshots} snapshots`,
  run: async function* () {
    // Two thousand saves are two thousand times fsync; the files of this bench outlive nothing.
    const folder = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "bench-screens-"));
    await using fleet = await startFleet();
    try {
      const env = await configure(folder, fleet.gateways);
      yield* firstPaint(env);
      yield* costs(env);
      yield* measured(env);
      yield* frozen(env);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const startFleet = async (): Promise<AsyncDisposable & { readonly gateways: LargeFleet }> => {
  const child: ChildProcess = fork(join(import.meta.dirname, "large-fleet.child.ts"), [
    String(gateways),
    String(logLinesPerSecond),
  ]);
  const [made] = (await once(child, "message")) as [LargeFleet];
  return {
    gateways: made,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
};

type Env = Readonly<Record<string, string>>;

/** A home of its own with a configuration that names the fleet and the vault. */
const configure = async (folder: string, fleet: LargeFleet): Promise<Env> => {
  const { path, keyFile } = await makeLargeVault(folder, fleet[0]?.name ?? "", snapshots);
  const config = join(folder, "config.json5");
  await writeFile(
    config,
    JSON.stringify({
      gateways: fleet.map(({ name, url, token, stateDir, labels }) => ({
        name,
        url,
        token,
        stateDir,
        labels,
        // A token in the file is warned of, and has no place in front of the figures.
      })),
      vault: { path, encryption: { keyFile } },
    }),
    { mode: 0o600 },
  );
  const home = join(folder, "home");
  await mkdir(home);
  return {
    HOME: home,
    CLAWBACK_CONFIG: config,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
  };
};

const program = join(import.meta.dirname, "../../../bin/clawback.cjs");

const open = (env: Env, size: { readonly columns: number; readonly rows: number }, withProbe: boolean) =>
  watchProgram({ command: [process.execPath, program], env, withProbe, ...size });

const wide = { columns: 200, rows: 60 };

/** Until all of the fleet has said who it is and the vault has been listed. */
const settledMs = 12_000;

async function* firstPaint(env: Env): AsyncGenerator<Figure> {
  const times: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    await using console = open(env, { columns: 120, rows: 40 }, false);
    times.push(await console.until("STATE"));
    await console.quit("q");
  }
  yield { what: "first paint, 120x40, median of 7", value: median(times), unit: "ms", bar: 250 };
}

/** Presses keys one after the other and takes the time until each is on the screen. */
const presser = (console: WatchedProgram) => {
  let pressed = 0;
  return async (key: string): Promise<number> => {
    pressed += 1;
    const seen = console.until(keyMarks.charAt(pressed % keyMarks.length));
    console.send(key);
    return await seen;
  };
};

async function* moving(
  what: string,
  press: (key: string) => Promise<number>,
  keys: readonly string[],
): AsyncGenerator<Figure> {
  const times: number[] = [];
  for (let count = 0; count < 60; count += 1) {
    // Off the beat of the updates, as a person is.
    await pause(61 + (count % 7) * 13);
    times.push(await press(keys[count % keys.length] ?? "j"));
  }
  yield { what: `${what}: key to paint, median of 60`, value: median(times), unit: "ms", bar: 8 };
  yield { what: `${what}: key to paint, 95th percentile`, value: quantile(times, 0.95), unit: "ms", bar: 25 };
}

/** Long enough for all that the program does only now and then to be in it, collecting its old garbage above all. */
const forMs = 20_000;

/**
 * What the program costs as it is shipped. Seen from outside, and without the probe, whose beat wakes it fifty times a
 * second and writes a file ten times. Counted is all that the system has put down to the process in the meantime: every
 * thread of it, the compiler's and the garbage collector's included, and its calls of the system. Not counted is what
 * others do for it, the fleet and the terminal, and its start: for that there is the first paint.
 */
async function* cost(what: string, console: WatchedProgram): AsyncGenerator<Figure> {
  const [cpu, bytes, from] = [console.cpuMs(), console.received(), performance.now()];
  await pause(forMs);
  const tookMs = performance.now() - from;
  yield { what: `${what}: one core`, value: ((console.cpuMs() - cpu) / tookMs) * 100, unit: "%", bar: 5 };
  yield { what: `${what}: written`, value: (console.received() - bytes) / tookMs, unit: "KB/s", bar: 10 };
}

async function* costs(env: Env): AsyncGenerator<Figure> {
  await using console = open(env, wide, false);
  await console.until("STATE");
  await pause(settledMs);
  yield* cost("fleet of 50, 200x60", console);
  // The gateway with the busy log is the first.
  console.send("g");
  await pause(500);
  const shown = console.until("heartbeat-main");
  console.send("l");
  await shown;
  yield* cost("log of 100 lines/s, followed", console);
  console.send("1");
  await pause(500);
  await console.quit("q");
}

/** Every screen by the one key that opens it, from wherever the key before has led. */
const screens: readonly (readonly [screen: string, key: string])[] = [
  ["gateway", "2"],
  ["sessions", "]"],
  ["session", "\r"],
  ["alerts", "3"],
  ["snapshots of 2,000", "4"],
  ["a snapshot", "\r"],
  ["incidents", "7"],
  ["vault of 2,000", "8"],
  ["deploy", "D"],
  ["audit", "A"],
  ["help", "?"],
  ["fleet", "1"],
  ["logs", "l"],
];

async function* measured(env: Env): AsyncGenerator<Figure> {
  await using console = open(env, wide, true);
  await console.until("STATE");
  const press = presser(console);
  await pause(settledMs);
  yield* moving("fleet of 50", press, ["j", "j", "k"]);
  // The gateway with the busy log and the many snapshots is the first.
  await press("g");

  const opened = new Map<string, number[]>();
  for (let round = 0; round < 5; round += 1) {
    for (const [screen, key] of screens) {
      await pause(150);
      const tookMs = await press(key);
      opened.set(screen, [...(opened.get(screen) ?? []), tookMs]);
    }
  }
  for (const [screen, times] of opened) {
    yield { what: `opening ${screen}, median of 5`, value: median(times), unit: "ms", bar: 50 };
  }

  yield* moving("log of 100 lines/s", press, ["k", "k", "j"]);
  await press("4");
  yield* moving("2,000 snapshots", press, ["j", "G", "k", "g"]);
  await press("?");
  yield* idle(console);
  await press("1");
  yield { what: "resident memory after all that", value: console.rssBytes() / 1e6, unit: "MB", bar: 130 };
  await console.quit("q");
}

/** Fifty gateways talk on, and what is on the screen stays as it is. */
async function* idle(console: WatchedProgram): AsyncGenerator<Figure> {
  await pause(1_000);
  // The clock of a well fleet moves once a minute.
  const toMinuteMs = 60_000 - (Date.now() % 60_000);
  if (toMinuteMs < 6_000) await pause(toMinuteMs + 500);
  const before = console.received();
  await pause(5_000);
  yield {
    what: "idle on the help for 5 s: written",
    value: console.received() - before,
    unit: "bytes",
    bar: 0,
  };
}

async function* frozen(env: Env): AsyncGenerator<Figure> {
  await using console = open(env, wide, true);
  await console.until("STATE");
  await pause(settledMs);
  console.stall();
  let worst = 0;
  for (const until = performance.now() + 6_000; performance.now() < until;) {
    await pause(40);
    worst = Math.max(worst, console.probe()?.recentGapMs ?? 0);
  }
  yield { what: "link frozen for 6 s: worst event-loop gap", value: worst, unit: "ms", bar: 60 };
  const before = console.received();
  console.resume();
  await pause(500);
  yield { what: "received in the 0.5 s after", value: (console.received() - before) / 1e3, unit: "KB" };
  await console.quit("q");
}
