import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceOf, type Service } from "../../src/clients/index.ts";
import {
  diskStore,
  initVault,
  openJournal,
  openVault,
  putBack,
  recoverPending,
  type SnapshotSummary,
  type Vault,
} from "../../src/core/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { saveSnapshot, stateSource, type StateSource } from "../../src/keeping/index.ts";
import {
  branchTips,
  planRestore,
  planSessionRollback,
  restoreInPlace,
  sessionIn,
} from "../../src/watch/effects/index.ts";
import { hashOf } from "../core/takeback/support/scene.ts";
import { startGateway, until, type RealGateway } from "./kit/index.ts";
import { portsOf, serviceFor, settingsOf } from "./support/takeback-desk.ts";

/** What can go wrong on a real gateway. Whatever it is, the state is all old or all new afterwards. */
let gateway: RealGateway;
let vault: Vault;
let vaultPath: string;
/** What every restore here goes back to. */
let good: SnapshotSummary;
const signal = new AbortController().signal;
const clock = systemClock;
const guard = { clock, owner: "must-be-gone" } as const;

beforeAll(async () => {
  gateway = await startGateway({ telegram: true });
  vaultPath = join(gateway.home, "vault");
  await initVault(diskStore(vaultPath), { keyFile: `${vaultPath}.key` });
  vault = await openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });
  await using admin = await gateway.admin();
  await admin.createSession("agent:main:kept");
  if ((await admin.turn("agent:main:kept", "hello")) !== "ok") throw new Error("the first turn failed");
  await until("the turn on disk", async () => ((await messagesOf("agent:main:kept")) ?? 0) >= 2 || undefined);
  good = await save();
  await admin.createSession("agent:main:since");
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

const live = (): Promise<StateSource> =>
  stateSource({ stateDir: gateway.stateDir, env: { HOME: gateway.home } });

const save = async (): Promise<SnapshotSummary> =>
  (await saveSnapshot(vault, await live(), { kind: "manual", gateway: "real" })).snapshot;

const messagesOf = async (key: string): Promise<number | undefined> =>
  (await (await live()).read()).sessions.find((session) => session.key === key)?.messages;

const keysOf = async (): Promise<readonly string[]> =>
  (await (await live()).read()).sessions.map(({ key }) => key);

const hash = (): string =>
  hashOf({
    home: gateway.home,
    stateDir: gateway.stateDir,
    workspace: join(gateway.home, "workspace"),
  });

const byKit = (launch: () => Promise<void> = gateway.launch): Service =>
  serviceFor(settingsOf(gateway), gateway.home, {
    launch: async () => {
      // The lock is let go a moment before the process has ended.
      if (gateway.pid() !== undefined) await gateway.exited();
      await launch();
    },
    pid: gateway.pid,
  });

const restore = async (id: string, service: Service = byKit()) => {
  const common = { vault, settings: settingsOf(gateway), service, controllable: true, clock, signal };
  const source = await live();
  const prepared = await planRestore({
    ...common,
    snapshot: await vault.show(id),
    source,
    choice: { only: [], except: [] },
    readOnly: false,
  });
  return await restoreInPlace({
    ...common,
    prepared,
    source,
    lookAgain: live,
    ports: portsOf(gateway.home),
    channelPatienceMs: 3_000,
    settleMs: 500,
    onEvent: () => undefined,
  });
};

/** Back to how it was before the restore, so that the next one finds the same. */
const undo = async (): Promise<void> => {
  if (gateway.pid() !== undefined) await gateway.stop();
  const journal = openJournal(gateway.stateDir);
  if (journal === undefined) throw new Error("nothing is pending");
  await putBack(journal, "a test", guard);
};

const runs = (): Promise<boolean> =>
  until(
    "the gateway",
    async () => {
      const answer = await fetch(`${gateway.httpUrl}/startupz`).catch(() => undefined);
      return answer?.ok === true || undefined;
    },
    { withinMs: 120_000 },
  );

/** A scene may have left it stopped. */
const mustRun = async (): Promise<void> => {
  if (gateway.pid() === undefined) await gateway.start("started");
};

/** Another process of ours restores the good snapshot, and is ended where the caller says. */
const byChild = (killAt: string, shell: readonly string[] = []) => {
  const [program, ...args] = [
    ...shell,
    process.execPath,
    "--no-warnings",
    join(import.meta.dirname, "support/killed-restore.child.ts"),
    gateway.home,
    gateway.stateDir,
    gateway.url,
    gateway.token,
    vaultPath,
    good.id,
    killAt,
    "leaves",
  ];
  return spawnSync(program, args, { encoding: "utf8" });
};

const leftBeside = (): readonly string[] =>
  readdirSync(gateway.home).filter((name) => /clawback-.*-(?:new|old)$/.test(name));

describe("a restore on a real gateway that goes wrong", () => {
  it("touches nothing while a supervisor starts the gateway again as often as it is stopped", async () => {
    const pidFile = join(gateway.home, "pid");
    const note = (): void => {
      writeFileSync(pidFile, String(gateway.pid()));
    };
    note();
    const respawned = gateway.exited().then(async () => {
      await gateway.launch();
      note();
    });
    const shell = (line: string): readonly string[] => ["bash", "-c", `${line} $(cat ${pidFile})`];
    const supervised = serviceOf(
      {
        stateDir: gateway.stateDir,
        service: {
          kind: "command",
          stop: shell("kill"),
          start: shell("kill -0"),
          status: shell("kill -0"),
        },
      },
      { clock, env: process.env, uid: process.getuid?.() ?? 0, home: gateway.home },
    );
    await expect(restore(good.id, supervised)).rejects.toMatchObject({
      code: "GATEWAY_NOT_STOPPED",
      exit: 5,
      message: expect.stringContaining("somebody started it again"),
    });
    await respawned;
    expect(openJournal(gateway.stateDir)).toBeUndefined();
    expect(leftBeside()).toEqual([]);
    await runs();
    expect(await keysOf()).toContain("agent:main:since");
  });

  it("says that a channel will not come back by itself, and calls the restore well all the same", async () => {
    gateway.telegram?.mode("unauthorized");
    const result = await restore(good.id);
    expect(result).toMatchObject({
      outcome: "restored",
      readiness: { kind: "started", failing: ["telegram"] },
      warnings: [expect.stringContaining("telegram")],
    });
    gateway.telegram?.mode("ok");
    expect(await keysOf()).not.toContain("agent:main:since");
    await undo();
    expect(await keysOf()).toContain("agent:main:since");
  });

  it("puts the old state back, running, when the gateway is killed while it starts", async () => {
    await mustRun();
    let starts = 0;
    const result = await restore(
      good.id,
      byKit(async () => {
        starts += 1;
        await gateway.launch();
        if (starts === 1) await gateway.kill();
      }),
    );
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    expect(await keysOf()).toContain("agent:main:since");
    expect(openJournal(gateway.stateDir)).toBeUndefined();
  });

  it("knows that a session cannot go back behind what was compacted away, or while its gateway is down", async () => {
    await mustRun();
    const key = "agent:main:kept";
    const desk = { settings: settingsOf(gateway), ports: portsOf(gateway.home), key, signal };
    const then = await sessionIn(vault, good.id, key, signal);
    const admin = await gateway.admin();
    await admin.turn(key, "more");
    await admin.call("sessions.reset", { key });
    await admin[Symbol.asyncDispose]();
    expect(await planSessionRollback(desk, then?.leaf ?? "")).toMatchObject({
      kind: "no-way",
      why: expect.stringContaining("compacted or reset"),
    });
    await gateway.stop();
    await expect(branchTips(desk)).rejects.toMatchObject({
      code: "SESSION_ROLLBACK_OFFLINE",
      hint: expect.stringContaining("--only sessions"),
    });
  });

  it("is all old or all new wherever ours is killed, by every byte", async () => {
    const old = hash();
    const points = byChild("nowhere").stdout.trim().split("\n");
    const now = hash();
    expect(points.length).toBeGreaterThan(10);
    expect(now).not.toBe(old);
    await undo();
    expect(hash()).toBe(old);
    for (const point of new Set(points)) {
      expect([point, byChild(point).signal]).toEqual([point, "SIGKILL"]);
      const { kind } = await recoverPending(gateway.stateDir, { clock });
      const isNew = kind === "swapped" || kind === "waiting";
      expect([point, kind, hash() === (isNew ? now : old)]).toEqual([point, kind, true]);
      if (isNew) await undo();
      expect([point, hash() === old, leftBeside()]).toEqual([point, true, []]);
    }
  });

  it("leaves the old state alone when the disk takes no more", async () => {
    if (gateway.pid() !== undefined) await gateway.stop();
    const old = hash();
    // A limit on the size of a file stands for a full disk: a write falls short in the same way.
    const ran = byChild("never", ["bash", "-c", 'ulimit -f 500; exec "$0" "$@"']);
    expect([ran.signal, ran.status]).not.toEqual([null, 0]);
    await recoverPending(gateway.stateDir, { clock });
    expect([hash() === old, leftBeside()]).toEqual([true, []]);
  });
});
