import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { AdminConnection, RealGateway } from "../kit/index.ts";

/**
 * What being watched costs a gateway, and what watching costs us, over a long time. Two gateways do the same work at
 * the same moments on the same machine; one is watched by the program as it is shipped, the other is not. What the
 * machine does meanwhile hits both, so that the difference between them is ours.
 */
export type SoakSample = {
  readonly atMs: number;
  readonly watched: LoopSample;
  readonly alone: LoopSample;
  /** Resident memory of the program that watches. */
  readonly oursBytes: number;
};

/** The gateway's own measurement of its event loop and memory. */
export type LoopSample = {
  readonly lagP99Ms: number;
  /** The share of time that its event loop is busy. */
  readonly busy: number;
  readonly degraded: boolean;
  readonly rssBytes: number;
};

/** What the watching program told, counted. */
export type SoakTale = {
  readonly hellos: number;
  readonly missed: number;
  readonly refused: number;
  readonly turnsEnded: number;
  readonly states: readonly string[];
};

const info = z.object({
  processMemory: z.object({ rssBytes: z.number() }),
  eventLoop: z.object({ delayP99Ms: z.number(), utilization: z.number(), degraded: z.boolean() }),
});

const told = z.object({
  event: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("connection"),
      report: z.object({ state: z.object({ kind: z.string() }) }),
    }),
    z.object({ kind: z.literal("hello") }),
    z.object({ kind: z.literal("gap"), missed: z.number() }),
    z.object({ kind: z.literal("refused") }),
    z.object({ kind: z.literal("turn"), turn: z.object({ kind: z.string(), sessionKey: z.string() }) }),
  ]),
});

const program = fileURLToPath(new URL("../../../bin/clawback.cjs", import.meta.url));

export type SoakWatcher = AsyncDisposable & {
  readonly tale: () => SoakTale;
  readonly rssBytes: () => number;
};

const sessions = "agent:main:soak-";

/** `clawback watch`, as a user runs it, in a home of its own. */
export const watchWithProgram = async (gateway: RealGateway): Promise<SoakWatcher> => {
  const home = await mkdtemp(join(tmpdir(), "clawback-soak-"));
  const config = join(home, "config.json5");
  await writeFile(join(home, "token"), gateway.token, { mode: 0o600 });
  const settings = { name: "real", url: gateway.url, token: { file: join(home, "token") } };
  await writeFile(config, JSON.stringify({ gateways: [settings] }));
  const kinds = ["connection", "hello", "gap", "refused", "turn"].flatMap((kind) => ["--kind", kind]);
  const child = spawn(process.execPath, [program, "watch", "--config", config, ...kinds], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], HOME: home, XDG_STATE_HOME: join(home, "state") },
  });
  const exit = once(child, "exit");
  const tale = { hellos: 0, missed: 0, refused: 0, turnsEnded: 0, states: [] as string[] };
  createInterface(child.stdout).on("line", (line) => {
    const { event } = told.parse(JSON.parse(line));
    if (event.kind === "hello") tale.hellos += 1;
    else if (event.kind === "gap") tale.missed += event.missed;
    else if (event.kind === "refused") tale.refused += 1;
    else if (event.kind === "connection") tale.states.push(event.report.state.kind);
    // The gateway has turns of its own now and then: heartbeats.
    else if (event.turn.kind === "ended" && event.turn.sessionKey.startsWith(sessions)) tale.turnsEnded += 1;
  });
  return {
    tale: () => ({ ...tale, states: [...tale.states] }),
    rssBytes: () => residentBytes(child.pid),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await exit;
      await rm(home, { recursive: true, force: true });
    },
  };
};

/** Of the process that does the work: the program's launcher may have started another Node. */
const residentBytes = (pid: number | undefined): number => {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const sizes = rows.flatMap(([own, parent, kib = 0]) => (own === pid || parent === pid ? [kib * 1024] : []));
  if (sizes.length === 0) throw new Error("the watching program has ended");
  return Math.max(...sizes);
};

export type SoakPlan = {
  readonly forMs: number;
  readonly sampleEveryMs: number;
  readonly turnEveryMs: number;
  readonly onSample: (sample: SoakSample) => void;
};

/** Gives both gateways the same turns, samples both, and answers how many turns each was given. */
export const soak = async (
  watched: AdminConnection,
  alone: AdminConnection,
  oursBytes: () => number,
  plan: SoakPlan,
): Promise<number> => {
  const begun = performance.now();
  let turns = 0;
  let nextTurnAt = 0;
  for (;;) {
    const atMs = performance.now() - begun;
    if (atMs >= plan.forMs) return turns;
    if (atMs >= nextTurnAt) {
      nextTurnAt += plan.turnEveryMs;
      // A new session now and then, so that none grows until its context is what costs.
      const key = `${sessions}${Math.floor(turns / 50)}`;
      if (turns % 50 === 0) await Promise.all([watched.createSession(key), alone.createSession(key)]);
      await Promise.all([watched.send(key, "still there?"), alone.send(key, "still there?")]);
      turns += 1;
    }
    const [one, other] = await Promise.all([sampleOf(watched), sampleOf(alone)]);
    plan.onSample({ atMs, watched: one, alone: other, oursBytes: oursBytes() });
    await pause(plan.sampleEveryMs);
  }
};

const sampleOf = async (admin: AdminConnection): Promise<LoopSample> => {
  const { processMemory, eventLoop } = info.parse(await admin.call("system.info"));
  return {
    lagP99Ms: eventLoop.delayP99Ms,
    busy: eventLoop.utilization,
    degraded: eventLoop.degraded,
    rssBytes: processMemory.rssBytes,
  };
};
