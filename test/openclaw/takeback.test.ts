import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accept,
  diskStore,
  initVault,
  openJournal,
  openVault,
  recoverPending,
  type Vault,
} from "../../src/core/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { saveSnapshot, stateSource, type StateSource } from "../../src/keeping/index.ts";
import type { RestoreEvent } from "../../src/watch/index.ts";
import {
  branchTips,
  lastGoodOfSession,
  planRestore,
  planSessionRollback,
  probeSession,
  restoreInPlace,
  rollBackSession,
  sessionIn,
} from "../../src/watch/effects/index.ts";
import { type AdminConnection, type RealGateway, startGateway, until } from "./kit/index.ts";
import { portsOf, serviceFor, settingsOf } from "./support/takeback-desk.ts";

let gateway: RealGateway;
let vault: Vault;
let vaultPath: string;
const signal = new AbortController().signal;
const clock = systemClock;

beforeAll(async () => {
  gateway = await startGateway();
  vaultPath = join(gateway.home, "vault");
  await initVault(diskStore(vaultPath), { keyFile: `${vaultPath}.key` });
  vault = await openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

const live = (): Promise<StateSource> =>
  stateSource({ stateDir: gateway.stateDir, env: { HOME: gateway.home } });

const save = async () =>
  (await saveSnapshot(vault, await live(), { kind: "manual", gateway: "real" })).snapshot;

const restore = async (id: string, controllable = true) => {
  const settings = settingsOf(gateway);
  const service = serviceFor(settings, gateway.home, {
    launch: async () => {
      // The lock is let go a moment before the process has ended.
      if (gateway.pid() !== undefined) await gateway.exited();
      await gateway.launch();
    },
    pid: gateway.pid,
  });
  const source = await live();
  const common = { vault, settings, service, controllable, clock, signal };
  const prepared = await planRestore({
    ...common,
    snapshot: await vault.show(id),
    source,
    choice: { only: [], except: [] },
    readOnly: false,
  });
  const events: RestoreEvent[] = [];
  const result = await restoreInPlace({
    ...common,
    prepared,
    source,
    lookAgain: live,
    ports: portsOf(gateway.home),
    settleMs: 500,
    onEvent: (event) => events.push(event),
  });
  return { prepared, result, events };
};

const acceptPending = async (): Promise<void> => {
  const journal = openJournal(gateway.stateDir);
  if (journal === undefined) throw new Error("nothing is pending");
  await accept(journal, "a test", clock);
};

const messagesOf = async (key: string): Promise<number | undefined> =>
  (await (await live()).read()).sessions.find((session) => session.key === key)?.messages;

/** Real prompts, long enough that the session dies of them. */
const tooMuch = async (admin: AdminConnection, key: string): Promise<void> => {
  const words = Array.from({ length: 1_800 }, (_, at) => `lorem${at}`).join(" ");
  for (let turn = 0; turn < 5; turn += 1) await admin.turn(key, words);
};

describe("taking back on a real gateway", () => {
  it("brings a really dead session back to life online, and undoes that", async () => {
    const key = "agent:main:dead";
    await using admin = await gateway.admin();
    await admin.createSession(key);
    expect(await admin.turn(key, "hello")).toBe("ok");
    await until("the first turn on disk", async () => ((await messagesOf(key)) ?? 0) >= 2 || undefined);
    const good = await save();
    await tooMuch(admin, key);
    await save();

    const desk = { settings: settingsOf(gateway), ports: portsOf(gateway.home), key, signal };
    const before = (await branchTips(desk)).find(({ active }) => active);
    const lastGood = await lastGoodOfSession(
      vault,
      await vault.list(),
      { key, gateway: "real", activeLeaf: before?.leaf },
      signal,
    );
    expect(lastGood).toBe(good.id);
    const then = await sessionIn(vault, good.id, key, signal);
    const way = await planSessionRollback(desk, then?.leaf ?? "");
    if (way.kind !== "rewind") throw new Error(`no rewind: ${JSON.stringify(way)}`);
    const rolled = await rollBackSession(desk, way);
    expect(rolled).toMatchObject({ to: then?.leaf, messagesAfter: then?.messages });
    expect(await probeSession(desk)).toMatchObject({ status: "ok", fits: true });

    const undo = await planSessionRollback(desk, rolled.from);
    if (undo.kind !== "switch") throw new Error(`no switch: ${JSON.stringify(undo)}`);
    expect(await rollBackSession(desk, undo)).toMatchObject({
      to: before?.leaf,
      messagesAfter: before?.messages,
    });
  });

  it("takes the whole state back: sessions and history return, later ones go, nothing is left open", async () => {
    const key = "agent:main:kept";
    const admin = await gateway.admin();
    await admin.createSession(key);
    expect(await admin.turn(key, "hello")).toBe("ok");
    const messages = await until("the turn on disk", async () => {
      const seen = await messagesOf(key);
      return (seen ?? 0) >= 2 && seen;
    });
    const snapshot = await save();
    await admin.call("sessions.delete", { key });
    await admin.createSession("agent:main:post-snap");
    await admin[Symbol.asyncDispose]();

    // With nobody who could stop it, it is refused while it lives.
    await expect(restore(snapshot.id, false)).rejects.toMatchObject({ code: "RESTORE_REFUSED", exit: 5 });

    const { prepared, result } = await restore(snapshot.id);
    expect(prepared.plan.sessions?.gone.map((session) => session.key)).toContain("agent:main:post-snap");
    expect(prepared.plan.sessions?.back.map((session) => session.key)).toContain(key);
    expect(result).toMatchObject({
      outcome: "restored",
      recovery: { ok: true },
      readiness: { kind: "ready" },
    });
    await using again = await gateway.admin();
    expect(again.bootId).not.toBe(admin.bootId);
    expect(await again.row(key)).toBeDefined();
    expect(await again.row("agent:main:post-snap")).toBeUndefined();
    expect(await messagesOf(key)).toBe(messages);
    const mode = (path: string): string => (lstatSync(join(gateway.stateDir, path)).mode & 0o777).toString(8);
    expect([mode("."), mode("state"), mode("agents"), mode("openclaw.json")]).toEqual([
      "700",
      "700",
      "700",
      "600",
    ]);
    expect(await again.turn(key, "are you back?")).toBe("ok");
    await acceptPending();
  });

  it("puts the old state back, running, when the restored configuration cannot start", async () => {
    const good = await gateway.readConfig();
    await gateway.writeConfig('{ "gateway": { "mode": "no-such-mode" } }');
    const broken = await save();
    await gateway.writeConfig(good);
    const before = await gateway.admin();
    await before.createSession("agent:main:since");
    await before[Symbol.asyncDispose]();

    const { result, events } = await restore(broken.id);
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    expect(events.find(({ step }) => step === "put-back")?.detail).toMatch(/ended while starting/);
    expect(await gateway.readConfig()).toBe(good);
    await using after = await gateway.admin();
    expect(await after.row("agent:main:since")).toBeDefined();
    expect(openJournal(gateway.stateDir)).toBeUndefined();
  });

  it("is wholly new after ours was killed between old and new, and the gateway starts on it", async () => {
    const snapshot = await save();
    const admin = await gateway.admin();
    await admin.createSession("agent:main:later");
    await admin[Symbol.asyncDispose]();
    const child = spawn(
      process.execPath,
      [
        "--no-warnings",
        join(import.meta.dirname, "support/killed-restore.child.ts"),
        gateway.home,
        gateway.stateDir,
        gateway.url,
        gateway.token,
        vaultPath,
        snapshot.id,
        "exchange 1",
      ],
      { stdio: "inherit" },
    );
    const [, how] = (await once(child, "exit")) as [number | null, string | null];
    expect(how).toBe("SIGKILL");
    expect(gateway.pid()).toBeUndefined();
    const found = await recoverPending(gateway.stateDir, { clock });
    expect(found).toMatchObject({ kind: "swapped", gatewayStopped: true });
    await gateway.start();
    await using again = await gateway.admin();
    expect(await again.row("agent:main:kept")).toBeDefined();
    expect(await again.row("agent:main:later")).toBeUndefined();
    await acceptPending();
  });

  it("carries no lease of the old process over", () => {
    // Read from the log of the restores above: a gateway that found one would have refused to start.
    expect(readFileSync(gateway.logFile, "utf8")).not.toContain("maintenance_required");
    const state = new DatabaseSync(join(gateway.stateDir, "state/openclaw.sqlite"), { readOnly: true });
    expect(state.prepare("PRAGMA quick_check").get()).toEqual({ quick_check: "ok" });
    state.close();
  });
});
