import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { SnapshotSummary } from "../../src/core/index.ts";
import { startGateway, versions, type RealGateway } from "./kit/index.ts";
import { configOf, itemOf, openDesk, setScene, type Desk, type Scene } from "./support/scene.ts";
import { supervise } from "./support/supervisor.ts";

/** One host on which OpenClaw was updated, and then its older release installed again. */
let gateway: RealGateway;
let scene: Scene;
let desk: Desk;
const { current, earlier } = versions;
const key = "agent:main:kept";
const opened = new AsyncDisposableStack();
/** Taken before the update, and after it. */
let older: SnapshotSummary;
let newer: SnapshotSummary;

beforeAll(async () => {
  gateway = opened.use(await startGateway({ release: "earlier" }));
  const supervisor = opened.use(await supervise(gateway));
  scene = await setScene(gateway);
  desk = opened.use(
    await openDesk([await configOf(gateway, { service: supervisor.service })], scene.vaultPath),
  );
  await scene.talk(key);
  older = await scene.save();
  await gateway.stop();
  await gateway.changeRelease("current");
  await gateway.start();
  await scene.talk("agent:main:since");
  newer = await scene.save();
});

afterAll(() => opened.disposeAsync());

const schemas = (): readonly unknown[] =>
  ["state/openclaw.sqlite", "agents/main/agent/openclaw-agent.sqlite"].map((path) => {
    const database = new DatabaseSync(join(gateway.stateDir, path), { readOnly: true });
    try {
      return database.prepare("PRAGMA user_version").get()?.["user_version"];
    } finally {
      database.close();
    }
  });

describe("two releases of OpenClaw on one host", () => {
  it("are told apart by snapshots, also where the database was made by the older one", () => {
    expect([older.gatewayVersion, newer.gatewayVersion]).toEqual([earlier, current]);
  });

  it("an older snapshot says what will be migrated, and the newer gateway starts on it and migrates it", async () => {
    const now = schemas();
    const { prepared, result } = await scene.restore(older.id);
    expect(itemOf(prepared.plan, "versions fit")).toMatchObject({
      verdict: "warn",
      evidence: `taken of OpenClaw ${earlier}, and ${current} runs here: its first start migrates gateway from schema 15 to 18, agent main from schema 19 to 23`,
    });
    expect(result).toMatchObject({ outcome: "restored", recovery: { ok: true } });
    expect(schemas()).toEqual(now);
    expect(await scene.keys()).not.toContain("agent:main:since");
    expect(await scene.talk(key)).toBeGreaterThan(2);
    await scene.accept();
  });

  it("an older release that cannot start on the newer state is taken back to its own", async () => {
    await gateway.stop();
    await gateway.changeRelease("earlier");
    await gateway.launch();
    expect((await gateway.exited()).code).not.toBe(0);
    const { prepared, result } = await scene.restore(older.id);
    expect(itemOf(prepared.plan, "versions fit").wayOut).toContain("it starts on them as they are");
    expect(result).toMatchObject({ outcome: "restored" });
    expect(await scene.talk(key)).toBeGreaterThan(2);
    await scene.accept();
  });

  it("a newer snapshot is refused on the older gateway, which goes on running", async () => {
    const pid = gateway.pid();
    const refused = await desk.run("snapshots", "restore", newer.id, "--yes");
    expect(refused.code).toBe(5);
    expect(refused.out).toContain(
      `❌ versions fit: taken of OpenClaw ${current}, and ${earlier} runs here: an older one does not start on newer databases (gateway: schema 18, here 15; agent main: schema 23, here 19)`,
    );
    expect(refused.out).toContain(`Update OpenClaw to ${current} or later first.`);
    expect(refused.out.trimEnd()).toMatch(/Not restored: nothing was changed\.$/);
    const prepared = await scene.prepare(newer.id);
    await expect(scene.carryOut(prepared)).rejects.toMatchObject({ code: "RESTORE_REFUSED", exit: 5 });
    expect(gateway.pid()).toBe(pid);
    expect(readFileSync(gateway.logFile, "utf8")).not.toContain("maintenance_required");
  });
});
