import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayPorts, GatewaySettings, Service, ServiceResult } from "../../../src/clients/index.ts";
import { accept, diskStore, initVault, openJournal, openVault } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { saveSnapshot, stateSource } from "../../../src/keeping/index.ts";
import { planRestore, restoreInPlace } from "../../../src/watch/effects/index.ts";
import type { Bench, Figure } from "../bench.ts";
import { changeState, makeState, type StateSize } from "./make-state.ts";

/**
 * The whole restore in place: plan, snapshot of now, stage, check, exchange, verification. Only the gateway's own stop
 * and start take no time here. A plain copy is `cp -a` until its bytes are on the disk, as ours are; before either of the
 * two begins, the disk has all that was written before, which is nobody's work here.
 */
const clock = systemClock;
const signal = new AbortController().signal;

const at = (begun: number): number => clock.steady() - begun;

type Measured = { readonly copyMs: number; readonly planMs: number; readonly restoreMs: number };

const measure = async (size: StateSize): Promise<Measured & { readonly bytes: number }> => {
  const place = mkdtempSync(join(tmpdir(), "clawback-bench-restore-"));
  await using gateway = await readyGateway();
  try {
    const stateDir = join(place, "home", ".openclaw");
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    makeState(stateDir, size, 1);
    const vaultPath = join(place, "vault");
    await initVault(diskStore(vaultPath), { keyFile: `${vaultPath}.key` });
    const vault = await openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });
    const source = () => stateSource({ stateDir, env: { HOME: join(place, "home") } });
    const { snapshot } = await saveSnapshot(vault, await source(), { kind: "manual", gateway: "bench" });
    changeState(stateDir, 2, 0.02);

    const settle = (): void => {
      execFileSync("sync", ["-f", place]);
    };
    settle();
    const copying = clock.steady();
    execFileSync("cp", ["-a", stateDir, join(place, "copy")]);
    settle();
    const copyMs = at(copying);
    // The copy stays until the end: a file system that has just deleted many files makes new ones slowly.

    const settings: GatewaySettings = {
      name: "bench",
      url: gateway.url,
      labels: [],
      stateDir,
      service: { kind: "none" },
      readOnly: false,
      insecure: false,
      httpOnly: true,
    };
    const common = { vault, settings, service: instantly(), controllable: true, clock, signal };
    const planning = clock.steady();
    const prepared = await planRestore({
      ...common,
      snapshot,
      source: await source(),
      choice: { only: [], except: [] },
      readOnly: false,
    });
    const planMs = at(planning);
    const restoring = clock.steady();
    const result = await restoreInPlace({
      ...common,
      prepared,
      source: await source(),
      lookAgain: source,
      ports: portsWithout,
      onEvent: () => undefined,
    });
    const restoreMs = at(restoring);
    if (result.outcome !== "restored") throw new Error(JSON.stringify(result));
    const journal = openJournal(stateDir);
    if (journal !== undefined) await accept(journal, "a bench", clock);
    return { copyMs, planMs, restoreMs, bytes: snapshot.bytes };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};

const portsWithout: GatewayPorts = {
  clock,
  random: Math.random,
  secret: () => Promise.resolve(""),
  version: "0.0.0",
};

/** Its own stop and start, left out. */
const instantly = (): Service => {
  let runs = true;
  const turn = (on: boolean): Promise<ServiceResult> => {
    runs = on;
    return Promise.resolve({ outcome: "done", tookMs: 0, evidence: [] });
  };
  return {
    words: "nobody",
    status: () => Promise.resolve({ state: runs ? "running" : "stopped", evidence: [] }),
    stop: () => turn(false),
    start: () => turn(true),
    restart: () => turn(true),
  };
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
    ["small", { allMs: 2_000 }],
    ["large", { copies: 1.5 }],
  ] as const) {
    const { copyMs, planMs, restoreMs, bytes } = await measure(size);
    const megabytes = Math.round(bytes / 1e6);
    const all = planMs + restoreMs;
    yield { what: `${megabytes} MB: a plain copy`, value: copyMs, unit: "ms" };
    yield { what: `${megabytes} MB: the plan`, value: planMs, unit: "ms" };
    yield {
      what: `${megabytes} MB: all but the gateway's stop and start`,
      value: all,
      unit: "ms",
      ...("allMs" in bars ? { bar: bars.allMs } : {}),
    };
    yield {
      what: `${megabytes} MB: against a plain copy`,
      value: all / copyMs,
      unit: "times",
      ...("copies" in bars ? { bar: bars.copies } : {}),
    };
  }
}

export const restoreBench: Bench = {
  title: "a whole restore in place, beside a plain copy of the same state",
  run,
};
