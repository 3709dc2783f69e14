import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConsole, type OpenConsole } from "../support/terminal/index.ts";

let home = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "console-takeback-"));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const program = join(import.meta.dirname, "../../bin/clawback.cjs");

const openDemo = (...more: readonly string[]): Promise<OpenConsole> => openDemoAt(10, ...more);

const openDemoAt = (speed: number, ...more: readonly string[]): Promise<OpenConsole> =>
  openConsole({
    command: [process.execPath, program],
    args: ["demo", "--speed", String(speed), ...more],
    env: { HOME: home, XDG_STATE_HOME: join(home, "state"), USER: "tester", TMPDIR: home },
    cwd: home,
    columns: 80,
    rows: 24,
  });

/** The demo's incident at its worst: the gateway with the dead session stands first. */
const sick = /▸prod-eu .*✖ sick/;

/** From the fleet to the plan of a restore whose every check is fine. */
const plan = async (console: OpenConsole): Promise<void> => {
  console.press("r");
  await console.seesMatch(/\d+ fine, 0 to know, 0 in the way/);
};

/** From a plan into the restore. */
const restore = async (console: OpenConsole, gateway: string): Promise<void> => {
  console.press("r");
  await console.sees(`Type ${gateway} to do it`);
  console.types(gateway);
  console.press("Enter");
};

/** Slow enough that the first snapshots are taken before the trouble begins, on a busy machine too. */
const unhurried = 4;

/** A session in the middle of a turn is not moved, and a dead one is tried again and again: so is this. */
const rollBack = async (console: OpenConsole): Promise<void> => {
  for (;;) {
    await console.seesMatch(/GOES ASIDE +\d+ messages, as a branch of their own/);
    console.press("R");
    await console.sees("Nothing is deleted.");
    console.press("y");
    await console.seesMatch(/is back at|it cannot be rolled back/);
    if (console.screen().join("\n").includes("is back at")) return;
    console.press("L");
  }
};

const audit = (): Promise<string> => readFile(join(home, "state/clawback/audit.jsonl"), "utf8");

/** The state directories of the demo and what lies beside them. */
const beside = async (gateway: string): Promise<readonly string[]> => {
  const [root = ""] = (await readdir(home)).filter((name) => name.startsWith("clawback-demo"));
  return await readdir(join(home, root, gateway));
};

describe("somebody who is paged at 3 a.m.", () => {
  it("goes from the alert to the last good moment, sees what it costs, restores it, and accepts it", async () => {
    await using console = await openDemoAt(unhurried);
    await console.seesMatch(sick);
    await console.sees("session-dead");
    console.press("i");
    await console.sees("what to do");
    await console.seesMatch(/last good +prod-eu \d{4}-/);
    console.press("c");
    await console.seesMatch(/A \d{4}(?:-\d+)+ ★ +B now/);
    console.press("r");
    await console.seesMatch(/\d+ fine, 0 to know, 0 in the way/);
    await console.seesMatch(/WILL BE GONE +\d+ messages in \d+ sessions/);
    await console.seesMatch(/\d+ fine, 0 to know, 0 in the way/);
    console.press("r");
    await console.sees("prod-eu is PROD: people are talking to it.");
    await console.sees("Type prod-eu to do it");
    console.press("Enter");
    await console.sees("Take prod-eu back to");
    console.types("prod-eu");
    console.press("Enter");
    await console.sees("A keeps it, u puts the old state back");
    await console.seesMatch(/● same +sessions +41 of 41 sessions are there/);
    await console.seesMatch(/was down for \d+\.\ds/);
    expect((await beside("prod-eu")).some((name) => name.includes(".clawback-"))).toBe(true);
    console.press("1");
    await console.sees("prod-eu WAITS: 6");
    console.press("6");
    console.press("A");
    await console.sees("for good?");
    console.press("y");
    await console.sees("accepted: the old state is deleted");
    console.press("1");
    await console.seesNot("WAITS");
    await console.seesMatch(/▸prod-eu .* 3\/3 /);
    expect((await beside("prod-eu")).filter((name) => name.endsWith("-old"))).toEqual([]);
    expect((await console.leaves()).code).toBe(0);
    expect(await audit()).toMatch(/clawback snapshots restore \d{4}-[\d-]+ --gateway prod-eu --vault /);
    expect(await audit()).toMatch(/clawback restore accept --gateway prod-eu/);
  });

  it("has it put back by itself when the gateway does not come up, and reads why", async () => {
    await using console = await openDemo("--mishap");
    await console.seesMatch(sick);
    console.press("j");
    await plan(console);
    await restore(console, "prod-us");
    await console.sees("it runs on it again");
    await console.sees("put back: it ended while starting");
    await console.seesMatch(/✖ ready +it ended while starting/);
    await console.seesMatch(/● put back +all of the old state is there again/);
    await console.sees("prod-us was not taken back to");
    console.press("1");
    await console.seesMatch(/prod-us .*● up/);
    console.press("A");
    await console.seesMatch(/ 6 +\d+ ms clawback snapshots restore/);
    expect((await beside("prod-us")).filter((name) => /-(?:old|new)$/.test(name))).toEqual([]);
  });

  it("does not wait for minutes for a turn that does not end, once that is confirmed", async () => {
    await using console = await openDemo("--busy");
    await console.seesMatch(sick);
    await plan(console);
    await restore(console, "prod-eu");
    await console.seesMatch(/◐ drain and stop .*it finishes its work: \d+s of at most 5m/);
    console.press("k");
    await console.sees("Not wait for prod-eu any longer?");
    console.press("y");
    await console.seesMatch(/● drain and stop +killed after [\d.]+[sm], before it had finished its work/);
    await console.sees("A keeps it, u puts the old state back");
    console.press("A");
    await console.sees("for good?");
    console.press("y");
    await console.sees("accepted: the old state is deleted");
    console.press("1");
    expect((await console.leaves()).code).toBe(0);
    expect(await audit()).toMatch(
      /clawback service stop --drain-budget 1s --kill-when-over --gateway prod-eu/,
    );
  });

  it("is told what leaving does to a restore, and afterwards what it did", async () => {
    await using console = await openDemo();
    await console.seesMatch(sick);
    await plan(console);
    await restore(console, "prod-eu");
    await console.seesMatch(/[●◐] snapshot of now/);
    console.press("ctrl-c");
    await console.sees("quits: the restore is called off, or put back");
    console.press("ctrl-c");
    await console.ended();
    await console.seesMatch(/called off, and nothing was changed|all of the old state is in place/);
  });

  it("finds it finished when the connection broke in the middle", async () => {
    await using console = await openDemo();
    await console.seesMatch(sick);
    await plan(console);
    await restore(console, "prod-eu");
    await console.seesMatch(/[●◐] snapshot of now/);
    await console.signal("SIGHUP");
    await console.ended();
    // The audit log has how it ended with nobody looking; the demo itself goes with the console.
    const [last = ""] = (await audit()).trimEnd().split("\n").slice(-1);
    expect(JSON.parse(last)).toMatchObject({
      command: expect.stringMatching(/^clawback snapshots restore \d{4}-[\d-]+ --gateway prod-eu /),
      ended: { exit: 0, text: expect.stringMatching(/^restored \d{4}-[\d-]+$/) },
    });
    expect((await readdir(home)).filter((name) => name.startsWith("clawback-demo"))).toEqual([]);
  });

  it("undoes a restore she does not like after all", async () => {
    await using console = await openDemo();
    await console.seesMatch(sick);
    await plan(console);
    await restore(console, "prod-eu");
    await console.sees("A keeps it, u puts the old state back");
    console.press("u");
    await console.sees("Put the old state of prod-eu back?");
    console.types("prod-eu");
    console.press("Enter");
    await console.sees("it runs on it again");
    await console.sees("put back: you asked for it");
  });

  it("rolls the one dead session back online from the runbook, and can undo it", async () => {
    await using console = await openDemoAt(unhurried);
    await console.seesMatch(sick);
    console.press("i");
    await console.sees("session-dead on prod-eu");
    console.types("jj");
    await console.seesMatch(/▸\[ \] Roll this one session back/);
    console.press("Enter");
    await rollBack(console);
    await console.seesMatch(/TOOK +\d+ ms, without a stop/);
    console.press("u");
    await console.sees("Bring the messages of");
    console.press("y");
    await console.sees("stands where it stood before");
    expect(await audit()).toContain('"deed":"session-rollback-undo"');
  });

  it("takes back only a part, chosen by keys or by words", async () => {
    await using console = await openDemo();
    await console.seesMatch(sick);
    await console.sees("deploy");
    await plan(console);
    console.press("Right");
    console.press("Right");
    await console.sees("[config]");
    await console.sees("none: it takes the configuration over while it runs");
    console.press("r");
    await console.sees("Its configuration is exchanged while it runs.");
    console.press("y");
    await console.sees("A keeps it, u puts the old state back");
    await console.sees("not stopped");
    console.press("A");
    await console.sees("for good?");
    console.press("y");
    await console.sees("accepted");
    console.press("R");
    await console.seesMatch(/\d+ fine, 0 to know, 0 in the way/);
    console.types("e !memory workspace");
    console.press("Enter");
    await console.sees("[config workspace !memory]");
  });
});
