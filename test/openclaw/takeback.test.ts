import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openJournal, recoverPending } from "../../src/core/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import {
  branchTips,
  lastGoodOfSession,
  planSessionRollback,
  probeSession,
  rollBackSession,
  sessionIn,
} from "../../src/watch/effects/index.ts";
import { type AdminConnection, type RealGateway, startGateway, until } from "./kit/index.ts";
import { askFromAfar, isLetIn, isUp, pairFromAfar, runShown } from "./support/from-afar.ts";
import { configOf, openDesk, setScene, type Scene } from "./support/scene.ts";
import { portsOf, settingsOf } from "./support/takeback-desk.ts";
import { tunnelTo } from "./support/tunnel.ts";

let gateway: RealGateway;
let scene: Scene;
const signal = new AbortController().signal;
const clock = systemClock;
let tunnel: Awaited<ReturnType<typeof tunnelTo>>;
/** Where two devices of ours keep their keys. */
let deviceBefore: string;
let deviceSince: string;

beforeAll(async () => {
  gateway = await startGateway();
  tunnel = await tunnelTo(gateway.port);
  [deviceBefore, deviceSince] = [join(gateway.home, "device-before"), join(gateway.home, "device-since")];
  scene = await setScene(gateway);
});

afterAll(async () => {
  await tunnel?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
});

const agentDatabase = (): string => join(gateway.stateDir, "agents/main/agent/openclaw-agent.sqlite");

/** What a copy of the database alone would hold of a session. */
const messagesWithoutLog = (key: string): number => {
  const copy = join(gateway.home, "alone.sqlite");
  copyFileSync(agentDatabase(), copy);
  const database = new DatabaseSync(copy, { readOnly: true });
  try {
    // In a young state even the tables may stand in the log alone.
    const tables = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'session_nodes'").all();
    if (tables.length === 0) return 0;
    const found = database
      .prepare(
        `SELECT i.active_message_count AS messages FROM session_nodes n
        JOIN session_transcript_index_state i ON i.session_id = n.current_session_id WHERE n.session_key = ?`,
      )
      .get(key);
    return Number(found?.["messages"] ?? 0);
  } finally {
    database.close();
  }
};

/** Processes that have an agent's database open, by the gateway's own leases. */
const leaseHolders = (): readonly unknown[] => {
  const database = new DatabaseSync(join(gateway.stateDir, "state/openclaw.sqlite"), { readOnly: true });
  try {
    return database
      .prepare("SELECT DISTINCT owner_pid FROM agent_database_leases")
      .all()
      .map((row) => row["owner_pid"]);
  } finally {
    database.close();
  }
};

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
    await until("the first turn on disk", async () => ((await scene.messagesOf(key)) ?? 0) >= 2 || undefined);
    const good = await scene.save();
    await tooMuch(admin, key);
    await scene.save();

    const desk = { settings: settingsOf(gateway), ports: portsOf(gateway.home), key, signal };
    const before = (await branchTips(desk)).find(({ active }) => active);
    const lastGood = await lastGoodOfSession(
      scene.vault,
      await scene.vault.list(),
      { key, of: { name: "real" }, activeLeaf: before?.leaf },
      signal,
    );
    expect(lastGood).toBe(good.id);
    const then = await sessionIn(scene.vault, good.id, key, signal);
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
    await pairFromAfar(gateway, tunnel.url, deviceBefore);
    const admin = await gateway.admin();
    await admin.createSession(key);
    // The rows of a turn stand in the log beside the database, and in the database itself only later; unless the gateway
    // empties its log that very moment, as it does now and then.
    const messages = await until("a turn that stands in the log alone", async () => {
      const before = (await scene.messagesOf(key)) ?? 0;
      expect(await admin.turn(key, "hello")).toBe("ok");
      const seen = await until("the turn on disk", async () => {
        const now = (await scene.messagesOf(key)) ?? 0;
        return now >= before + 2 && now;
      });
      return messagesWithoutLog(key) < seen && seen;
    });
    const snapshot = await scene.save();
    await pairFromAfar(gateway, tunnel.url, deviceSince);
    await admin.call("sessions.delete", { key });
    await admin.createSession("agent:main:post-snap");
    await admin[Symbol.asyncDispose]();

    // With nobody who could stop it, it is refused while it lives.
    await expect(scene.restore(snapshot.id, { controllable: false })).rejects.toMatchObject({
      code: "RESTORE_REFUSED",
      exit: 5,
    });

    const { prepared, result, events } = await scene.restore(snapshot.id);
    expect(prepared.plan.sessions?.gone.map((session) => session.key)).toContain("agent:main:post-snap");
    expect(prepared.plan.sessions?.back.map((session) => session.key)).toContain(key);
    expect(prepared.plan.devices).toEqual([expect.objectContaining({ name: "clawback" })]);
    expect(result).toMatchObject({
      outcome: "restored",
      recovery: { ok: true },
      readiness: { kind: "ready" },
    });
    await using again = await gateway.admin();
    expect(again.bootId).not.toBe(admin.bootId);
    expect(await again.row(key)).toBeDefined();
    expect(await again.row("agent:main:post-snap")).toBeUndefined();
    expect(await scene.messagesOf(key)).toBe(messages);
    const mode = (path: string): string => (lstatSync(join(gateway.stateDir, path)).mode & 0o777).toString(8);
    expect([mode("."), mode("state"), mode("agents"), mode("openclaw.json")]).toEqual([
      "700",
      "700",
      "700",
      "600",
    ]);
    // Private is all that is secret, and no lease of the process that was stopped is left.
    for (const path of ["state/openclaw.sqlite", "agents/main/agent/openclaw-agent.sqlite"])
      expect([path, mode(path)]).toEqual([path, "600"]);
    expect(events.find(({ step, state }) => step === "stage" && state === "done")?.detail).toMatch(
      /(?:one lease|[1-9]\d* leases) of the old process taken out/,
    );
    expect(await again.turn(key, "are you back?")).toBe("ok");
    expect(leaseHolders()).toEqual([gateway.pid()]);

    // Devices are as the snapshot has them: who came since has to pair again, and is told how.
    expect(await isLetIn(gateway, tunnel.url, deviceBefore)).toBe(true);
    expect(await isLetIn(gateway, tunnel.url, deviceSince)).toBe(false);
    const asked = await askFromAfar(gateway, tunnel.url, deviceSince);
    await runShown(gateway, asked.approve);
    await isUp(gateway, tunnel.url, deviceSince);
    expect(await isLetIn(gateway, tunnel.url, deviceSince)).toBe(true);
    await scene.accept();
  });

  it("puts the old state back, running, when the restored configuration cannot start", async () => {
    const good = await gateway.readConfig();
    await gateway.writeConfig('{ "gateway": { "mode": "no-such-mode" } }');
    const broken = await scene.save();
    await gateway.writeConfig(good);
    const before = await gateway.admin();
    await before.createSession("agent:main:since");
    await before[Symbol.asyncDispose]();

    const { result, events } = await scene.restore(broken.id);
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    expect(events.find(({ step }) => step === "put-back")?.detail).toMatch(/ended while starting/);
    expect(await gateway.readConfig()).toBe(good);
    await using after = await gateway.admin();
    expect(await after.row("agent:main:since")).toBeDefined();
    expect(openJournal(gateway.stateDir)).toBeUndefined();
  });

  it("is wholly new after ours was killed between old and new, and the gateway starts on it", async () => {
    const snapshot = await scene.save();
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
        scene.vaultPath,
        snapshot.id,
        "exchange 1",
      ],
      { stdio: "inherit" },
    );
    const [, how] = (await once(child, "exit")) as [number | null, string | null];
    expect(how).toBe("SIGKILL");
    // Both are children of this process: their ends may be heard of in either order.
    await until("the end of the gateway", () => gateway.pid() === undefined);
    const found = await recoverPending(gateway.stateDir, { clock });
    expect(found).toMatchObject({ kind: "swapped", gatewayStopped: true });
    await gateway.start();
    await using again = await gateway.admin();
    expect(await again.row("agent:main:kept")).toBeDefined();
    expect(await again.row("agent:main:later")).toBeUndefined();
  });

  it("counts as accepted when its time is over, and whoever comes later is told where the way back leads", async () => {
    await using desk = await openDesk([await configOf(gateway)], scene.vaultPath);
    await desk.configure({ recovery: { acceptWithin: "1s" } });
    const journal = openJournal(gateway.stateDir);
    if (journal === undefined) throw new Error("the restore before this one waits");
    await until("the end of its time", () => systemClock.now() > (journal.records.at(-1)?.at ?? 0) + 1_000);
    const refused = await desk.run("restore", "rollback", "--yes");
    expect(refused.code).toBe(5);
    expect(refused.err).toMatch(/! real: .* was not rolled back within 1s.* the old state was deleted/);
    const safety = /snapshots restore (\S+)/.exec(refused.err)?.[1] ?? "";
    expect(refused.err).toContain(`The state from right before it is snapshot ${safety}`);
    expect(openJournal(gateway.stateDir)).toBeUndefined();
    const { plan } = await scene.prepare(safety);
    expect(plan.sessions?.back.map((session) => session.key)).toContain("agent:main:later");
    expect(plan.preflight.filter(({ verdict }) => verdict === "stop")).toEqual([]);
    await using admin = await gateway.admin();
    expect(await admin.row("agent:main:kept")).toBeDefined();
  });

  it("carries no lease of the old process over", () => {
    // Read from the log of the restores above: a gateway that found one would have refused to start.
    expect(readFileSync(gateway.logFile, "utf8")).not.toContain("maintenance_required");
    const state = new DatabaseSync(join(gateway.stateDir, "state/openclaw.sqlite"), { readOnly: true });
    expect(state.prepare("PRAGMA quick_check").get()).toEqual({ quick_check: "ok" });
    state.close();
  });
});
