import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openJournal } from "../../src/core/index.ts";
import { startGateway, until, type RealGateway } from "./kit/index.ts";
import { configOf, openDesk, setScene, type Desk, type Scene } from "./support/scene.ts";
import { supervise, type Supervisor } from "./support/supervisor.ts";

/** A gateway that somebody keeps alive: whatever ends is started again, and only that somebody can stop it. */
let gateway: RealGateway;
let supervisor: Supervisor;
let scene: Scene;
let desk: Desk;
let good: string;
const key = "agent:main:kept";
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  gateway = opened.use(await startGateway());
  supervisor = opened.use(await supervise(gateway, { keepsAlive: true }));
  scene = await setScene(gateway);
  desk = opened.use(
    await openDesk([await configOf(gateway, { service: supervisor.service })], scene.vaultPath),
  );
  await scene.talk(key);
  good = (await scene.save()).id;
});

afterAll(() => opened.disposeAsync());

/** A command that spoils the configuration and restarts the gateway on it, as an update that goes wrong does. */
const badUpdate = (exitCode: number): readonly string[] => [
  "sh",
  "-c",
  `printf '{ "gateway": {' > ${gateway.configFile} && ${supervisor.service.stop.join(" ")} && ${supervisor.service.start.join(" ")}; exit ${exitCode}`,
];

describe("a real gateway that is started again whenever it ends", () => {
  it("in a crash loop is told as what it is, stopped for good, and comes up on what it is taken back to", async () => {
    const deaths = supervisor.deaths();
    writeFileSync(gateway.configFile, readFileSync(gateway.configFile, "utf8").slice(0, 300));
    await gateway.kill();
    // The database breaks, too: with the configuration mended it would go on dying.
    const database = join(gateway.stateDir, "agents/main/agent/openclaw-agent.sqlite");
    writeFileSync(database, Buffer.alloc(8192, 0x41));
    for (const log of ["-wal", "-shm"]) rmSync(`${database}${log}`, { force: true });
    await until("its deaths", () => supervisor.deaths() >= deaths + 3);

    const planned = await desk.run("snapshots", "restore", good, "--dry-run");
    expect(planned.code).toBe(0);
    expect(planned.out).toMatch(/⚠️ state as it is now: .*openclaw\.json.*, and 1 more/);
    expect(planned.out).toContain("A gateway does not start on that.");

    const restored = await desk.run("snapshots", "restore", good, "--yes");
    expect([restored.code, restored.err]).toEqual([0, expect.stringContaining("✅ verify")]);
    const after = supervisor.deaths();
    await using admin = await gateway.admin();
    expect(await admin.turn(key, "are you back?")).toBe("ok");
    expect(supervisor.deaths()).toBe(after);
    expect((await desk.run("restore", "accept", "--yes")).code).toBe(0);
    expect(openJournal(gateway.stateDir)).toBeUndefined();
  });

  it("that a command fails beside is left as it is, with the command's exit code and the way back", async () => {
    const pid = gateway.pid();
    const ran = await desk.run("run", "--name", "update", "--", "sh", "-c", "exit 7");
    expect(ran.code).toBe(7);
    expect(ran.err).toMatch(/❌ update ended with exit code 7; the gateway is ready, version 2026/);
    const way = /Back to before:\s+clawback (.*)/.exec(ran.err)?.[1] ?? "";
    expect((await desk.run(...way.split(" "), "--dry-run")).code).toBe(0);
    expect(gateway.pid()).toBe(pid);
  });

  it("that a command spoils goes back by itself where that was asked for, and says how the command ended", async () => {
    const before = await gateway.readConfig();
    const ran = await desk.run("run", "--rollback-on-failure", "--name", "deploy", "--", ...badUpdate(3));
    expect([ran.code, ran.err]).toEqual([
      6,
      expect.stringMatching(
        /ended with exit code 3; the gateway is not well: it died 3 times[^]*✅ Taken back to 2/,
      ),
    ]);
    expect(await gateway.readConfig()).toBe(before);
    await using admin = await gateway.admin();
    expect(await admin.turn(key, "still there?")).toBe("ok");
  });
});
