import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceOf, type Service } from "../../src/clients/index.ts";
import { openJournal, recoverPending, type SnapshotSummary } from "../../src/core/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { branchTips, planSessionRollback, sessionIn } from "../../src/watch/effects/index.ts";
import { hashOf } from "../core/takeback/support/scene.ts";
import { startGateway, until, type RealGateway } from "./kit/index.ts";
import { byKit, itemOf, setScene, type Scene } from "./support/scene.ts";
import { portsOf, settingsOf } from "./support/takeback-desk.ts";

/** What can go wrong on a real gateway. Whatever it is, the state is all old or all new afterwards. */
let gateway: RealGateway;
let scene: Scene;
/** What every restore here goes back to. */
let good: SnapshotSummary;
const signal = new AbortController().signal;
const clock = systemClock;

beforeAll(async () => {
  gateway = await startGateway({ telegram: true });
  scene = await setScene(gateway);
  await scene.talk("agent:main:kept");
  mkdirSync(dirname(onlyThen()), { recursive: true, mode: 0o700 });
  writeFileSync(onlyThen(), randomBytes(6_000_000), { mode: 0o600 });
  good = await scene.save();
  await using admin = await gateway.admin();
  await admin.createSession("agent:main:since");
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

const hash = (): string =>
  hashOf({
    home: gateway.home,
    stateDir: gateway.stateDir,
    workspace: join(gateway.home, "workspace"),
  });

/** Something kills it as soon as it has been started, so many times. */
const killedAsItStarts = (times: number): Service => {
  let starts = 0;
  return byKit(gateway, async () => {
    starts += 1;
    await gateway.launch();
    if (starts <= times) await gateway.kill();
  });
};

const restore = async (service: Service = byKit(gateway)) =>
  (await scene.restore(good.id, {}, { service })).result;

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
    scene.vaultPath,
    good.id,
    killAt,
    "leaves",
  ];
  return spawnSync(program, args, { encoding: "utf8" });
};

const leftBeside = (): readonly string[] =>
  readdirSync(gateway.home).filter((name) => /clawback-.*-(?:new|old)$/.test(name));

/** What the live state has not got any more, so that nobody but the vault can give it back. */
const onlyThen = (): string => join(gateway.stateDir, "agents/main/sessions/only-then.bin");

/** Flips a bit in every stretch of every pack, so that what only a vault has is not whole; the answer mends them. */
const damagePacks = (): (() => void) => {
  rmSync(onlyThen(), { force: true });
  const packs = join(scene.vaultPath, "packs");
  const whole = readdirSync(packs).map(
    (name) => [join(packs, name), readFileSync(join(packs, name))] as const,
  );
  for (const [path, bytes] of whole) {
    const hurt = Buffer.from(bytes);
    // The beginning and the end are the pack's own lists: with those gone it would be another kind of damage.
    for (let at = 2_048; at < hurt.length / 2; at += 2_048) hurt[at] = (hurt[at] ?? 0) ^ 1;
    rewrite(path, hurt);
  }
  return () => {
    for (const [path, bytes] of whole) rewrite(path, bytes);
  };
};

/** Objects of a vault may not be written to. */
const rewrite = (path: string, bytes: Buffer): void => {
  rmSync(path);
  writeFileSync(path, bytes, { mode: 0o600 });
};

describe("a restore on a real gateway that goes wrong", () => {
  it("refuses a damaged snapshot before anything, and says what is damaged", async () => {
    const mend = damagePacks();
    try {
      const vault = await scene.vaultAnew();
      const pid = gateway.pid();
      const prepared = await scene.prepare(good.id, {}, { vault });
      expect(itemOf(prepared.plan, "snapshot is whole")).toMatchObject({
        verdict: "stop",
        evidence: expect.stringMatching(/^damaged in the vault: .*(?:\.sqlite|only-then)/),
        wayOut: expect.stringContaining("clawback snapshots verify --all"),
      });
      await expect(scene.carryOut(prepared, { vault })).rejects.toMatchObject({
        code: "RESTORE_REFUSED",
        exit: 5,
      });
      expect([gateway.pid(), leftBeside()]).toEqual([pid, []]);
    } finally {
      mend();
    }
  });

  it("lets a gateway run on that it need not have stopped when it meets the damage while it writes", async () => {
    await mustRun();
    const pid = gateway.pid();
    rmSync(onlyThen(), { force: true });
    const prepared = await scene.prepare(good.id);
    const mend = damagePacks();
    try {
      const carried = scene.carryOut(prepared, { vault: await scene.vaultAnew() });
      await expect(carried).rejects.toMatchObject({ code: "STAGED_INCOMPLETE", exit: 5 });
    } finally {
      mend();
    }
    expect([gateway.pid(), leftBeside(), openJournal(gateway.stateDir)]).toEqual([pid, [], undefined]);
    expect(await scene.keys()).toContain("agent:main:since");
  });

  it("starts the gateway again that it had stopped when it meets the damage after that", async () => {
    rmSync(onlyThen(), { force: true });
    const prepared = await scene.prepare(good.id, { only: ["sessions"] });
    const mend = damagePacks();
    try {
      const carried = scene.carryOut(prepared, { vault: await scene.vaultAnew() });
      await expect(carried).rejects.toMatchObject({
        code: "STAGED_INCOMPLETE",
        hint: expect.stringContaining("The gateway runs again as before."),
      });
    } finally {
      mend();
    }
    expect([leftBeside(), openJournal(gateway.stateDir)]).toEqual([[], undefined]);
    await runs();
    expect(await scene.keys()).toContain("agent:main:since");
  });

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
    await expect(restore(supervised)).rejects.toMatchObject({
      code: "GATEWAY_NOT_STOPPED",
      exit: 5,
      message: expect.stringContaining("somebody started it again"),
    });
    await respawned;
    expect(openJournal(gateway.stateDir)).toBeUndefined();
    expect(leftBeside()).toEqual([]);
    await runs();
    expect(await scene.keys()).toContain("agent:main:since");
  });

  it("says that a channel will not come back by itself, and calls the restore well all the same", async () => {
    gateway.telegram?.mode("unauthorized");
    const result = await restore();
    expect(result).toMatchObject({
      outcome: "restored",
      readiness: { kind: "started", failing: ["telegram"] },
      warnings: [expect.stringContaining("telegram")],
    });
    gateway.telegram?.mode("ok");
    expect(await scene.keys()).not.toContain("agent:main:since");
    await scene.undo();
    expect(await scene.keys()).toContain("agent:main:since");
  });

  it("comes up all the same when the gateway is killed while it starts, and nobody else starts it again", async () => {
    await mustRun();
    const result = await restore(killedAsItStarts(1));
    expect(result).toMatchObject({ outcome: "restored", recovery: { ok: true } });
    expect(await scene.keys()).not.toContain("agent:main:since");
    await scene.undo();
  });

  it("puts the old state back, running, when the gateway is killed each time it starts", async () => {
    await mustRun();
    const result = await restore(killedAsItStarts(2));
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    expect(await scene.keys()).toContain("agent:main:since");
    expect(openJournal(gateway.stateDir)).toBeUndefined();
  });

  it("knows that a session cannot go back behind what was compacted away, or while its gateway is down", async () => {
    await mustRun();
    const key = "agent:main:kept";
    const desk = { settings: settingsOf(gateway), ports: portsOf(gateway.home), key, signal };
    const then = await sessionIn(scene.vault, good.id, key, signal);
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
    await scene.undo();
    expect(hash()).toBe(old);
    for (const point of new Set(points)) {
      expect([point, byChild(point).signal]).toEqual([point, "SIGKILL"]);
      const { kind } = await recoverPending(gateway.stateDir, { clock });
      const isNew = kind === "swapped" || kind === "waiting";
      expect([point, kind, hash() === (isNew ? now : old)]).toEqual([point, kind, true]);
      if (isNew) await scene.undo();
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

  it("changes no byte when it refuses a damaged snapshot", async () => {
    if (gateway.pid() !== undefined) await gateway.stop();
    const mend = damagePacks();
    const old = hash();
    try {
      const vault = await scene.vaultAnew();
      await expect(scene.restore(good.id, {}, { vault })).rejects.toMatchObject({
        code: "RESTORE_REFUSED",
        message: expect.stringContaining("damaged in the vault"),
      });
    } finally {
      mend();
    }
    expect([hash() === old, leftBeside(), gateway.pid()]).toEqual([true, [], undefined]);
  });
});
