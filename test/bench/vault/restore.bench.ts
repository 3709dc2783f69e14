import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/ground/index.ts";
import type { Bench, Figure } from "../bench.ts";
import { changeState, makeState, type StateSize } from "./make-state.ts";
import { runWhole, type WholeCommand } from "./whole-command.ts";

/**
 * The whole restore in place, by the program as it is shipped: `clawback snapshots restore latest --yes`, from its start
 * to its end, with plan, snapshot of now, stage, check, exchange and verification. Only the gateway's own stop and start
 * take no time here. A plain copy is `cp -a` until its bytes are on the disk, as ours are; before each of them begins, the
 * disk has all that was written before, which is nobody's work here. A disk may be twice as fast in one minute as in the
 * next: one copy is made right before the restore and one right after it, and their mean is what it is held against.
 */
const clock = systemClock;
const program = join(import.meta.dirname, "../../../bin/clawback.cjs");

type Measured = {
  readonly megabytes: number;
  /** Before the restore and after it. */
  readonly copies: readonly [number, number];
  readonly plan: WholeCommand;
  readonly restore: WholeCommand;
};

const measure = async (size: StateSize): Promise<Measured> => {
  const place = mkdtempSync(join(tmpdir(), "clawback-bench-restore-"));
  await using gateway = await readyGateway();
  try {
    const stateDir = join(place, "home", ".openclaw");
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    makeState(stateDir, size, 1);
    const run = programIn(place, stateDir, gateway.url);
    await run("vault", "init");
    await run("snapshots", "save");
    changeState(stateDir, 2, 0.02);

    const settle = (): void => {
      execFileSync("sync", ["-f", place]);
    };
    // It stays until the end: a file system that has just deleted many files makes new ones slowly.
    const copyTo = (name: string): number => {
      settle();
      const copying = clock.steady();
      execFileSync("cp", ["-a", stateDir, join(place, name)]);
      settle();
      return (clock.steady() - copying) / 1_000;
    };
    const bytes = Number(execFileSync("du", ["-sb", stateDir], { encoding: "utf8" }).split("\t")[0]);

    const plan = await run("snapshots", "restore", "latest", "--dry-run");
    const before = copyTo("copy-before");
    const restore = await run("snapshots", "restore", "latest", "--yes");
    const after = copyTo("copy-after");
    return { megabytes: Math.round(bytes / 1e6), copies: [before, after], plan, restore };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};

/** The program with a home of its own, where a gateway is what answers at `url`, and a unit of systemd. */
const programIn = (
  place: string,
  stateDir: string,
  url: string,
): ((...argv: readonly string[]) => Promise<WholeCommand>) => {
  const config = join(place, "clawback.json5");
  const service = { kind: "systemd-user", unit: "bench" };
  writeFileSync(
    config,
    JSON.stringify({
      gateways: [{ name: "bench", url, stateDir, httpOnly: true, service }],
      vault: { path: join(place, "vault") },
    }),
  );
  const env = {
    PATH: `${quickSystemd(place)}:${process.env["PATH"]}`,
    HOME: join(place, "home"),
    XDG_CONFIG_HOME: join(place, "config"),
    XDG_DATA_HOME: join(place, "data"),
    XDG_STATE_HOME: join(place, "log"),
  };
  return async (...argv) =>
    await runWhole([process.execPath, program, "--config", config, ...argv], { directory: place, env });
};

/** Where a systemctl is whose unit stops and starts at once: a file that is there or not. */
const quickSystemd = (place: string): string => {
  const directory = join(place, "bin");
  const stopped = join(place, "stopped");
  mkdirSync(directory);
  writeFileSync(
    join(directory, "systemctl"),
    `#!/bin/sh
case " $* " in
*" stop "*) : > "${stopped}" ;;
*" start "*) rm -f "${stopped}" ;;
*" show "*)
  echo LoadState=loaded
  echo Restart=always
  if [ -e "${stopped}" ]; then echo ActiveState=inactive; else echo ActiveState=active; echo MainPID=$PPID; fi ;;
esac
`,
    { mode: 0o755 },
  );
  return directory;
};

/** Says at once that it is ready, and refuses everything else. */
const readyGateway = async (): Promise<AsyncDisposable & { readonly url: string }> => {
  const server = createServer((request, response) => {
    const body = request.url === "/startupz" ? { ok: true, status: "started" } : { ready: true, failing: [] };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    url: `ws://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

async function* run(): AsyncGenerator<Figure> {
  for (const [size, bars] of [
    ["small", { seconds: 2 }],
    ["large", { copies: 1.5 }],
  ] as const) {
    const { megabytes, copies, plan, restore } = await measure(size);
    const [before, after] = copies;
    const copySeconds = (before + after) / 2;
    const of = (what: string): string => `${megabytes} MB: ${what}`;
    yield { what: of("a plain copy before it"), value: before, unit: "s" };
    yield { what: of("a plain copy after it"), value: after, unit: "s" };
    yield { what: of("the plan alone"), value: plan.seconds, unit: "s" };
    yield {
      what: of("all but the gateway's stop and start"),
      value: restore.seconds,
      unit: "s",
      ...("seconds" in bars ? { bar: bars.seconds } : {}),
    };
    yield {
      what: of("against the mean of the two copies"),
      value: restore.seconds / copySeconds,
      unit: "times",
      ...("copies" in bars ? { bar: bars.copies } : {}),
    };
    yield { what: of("processor"), value: restore.cpuSeconds, unit: "s" };
    yield { what: of("peak of memory"), value: restore.megabytes, unit: "MB", bar: 200 };
  }
}

export const restoreBench: Bench = {
  title: "a whole restore in place, beside a plain copy of the same state",
  run,
};
