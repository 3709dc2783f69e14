import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { accept, openJournal, openVault, thisRun } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { saveSnapshot, stateSource } from "../../../src/keeping/index.ts";
import { hashOf, rowsOf } from "../../core/takeback/support/scene.ts";
import { openHouse } from "./support/house.ts";
import { soon } from "../../support/soon.ts";

describe("clawback snapshots restore", () => {
  it("shows with --dry-run what would be lost and done, without a secret, and changes nothing", async () => {
    using house = await openHouse();
    const before = hashOf(house.scene);
    const answer = await house.run("snapshots", "restore", house.id, "--dry-run");
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.out).toContain(`Restore plan: ${house.id} into ${house.scene.stateDir}`);
    expect(answer.out).toMatch(/agents\/other\/agent\/notes\.json/);
    expect(answer.out).toMatch(/gateway\.port: 2 → 1/);
    expect(answer.out).not.toContain("not-to-be-shown-5f3a");
    expect(answer.out).toContain("Only planned: nothing was changed.");
    expect(hashOf(house.scene)).toBe(before);
    const json = JSON.parse(
      (await house.run("snapshots", "restore", house.id, "--dry-run", "--json")).out,
    ) as {
      plan: { files: { removed: { path: string }[] } };
      result: { outcome: string };
    };
    expect(json.result).toEqual({ outcome: "planned" });
    expect(json.plan.files.removed.map(({ path }) => path)).toContain("@workspace:main/new.md");
  });

  it("waits for a gateway no longer than told, and kills it only where that was allowed", async () => {
    using house = await openHouse();
    const { stateDir } = house.scene;
    const holder = spawn(process.execPath, [
      join(import.meta.dirname, "../../clients/services/holder.child.ts"),
      stateDir,
      "60000",
    ]);
    onTestFinished(() => {
      holder.kill("SIGKILL");
    });
    const lock = join(stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`, "gateway.state.lock");
    await soon(() => {
      expect(existsSync(lock)).toBe(true);
    });
    const file = house.path("clawback.json5");
    const config = JSON.parse(readFileSync(file, "utf8")) as { gateways: readonly object[] };
    const service = {
      kind: "command",
      stop: ["kill", String(holder.pid)],
      start: ["false"],
      status: ["sh", "-c", "exit 9"],
    };
    const gateways = config.gateways.map((each) => ({ ...each, service }));
    writeFileSync(file, JSON.stringify({ ...config, gateways }));

    const restore = ["snapshots", "restore", house.id, "--yes", "--drain-budget", "300ms"];
    const left = await house.run(...restore);
    expect(left.err).toContain("it still drains");
    // It was asked to end: when it has, somebody has to start it.
    expect(left).toMatchObject({ code: 7 });
    expect(left.err.replaceAll(/\s+/g, " ")).toContain(
      `Start it when it has: clawback --config ${file} service start --gateway prod`,
    );
    expect(holder.signalCode).toBeNull();

    const died = once(holder, "exit");
    const killed = await house.run(...restore, "--kill-when-over");
    expect(await died).toEqual([null, "SIGKILL"]);
    expect(killed.err).toContain("before it had finished its work");
    // It is not started by anything here: what was there before is put back.
    expect(killed).toMatchObject({ code: 7 });
  });

  it("asks, and does nothing when nobody says yes", async () => {
    using house = await openHouse();
    const before = hashOf(house.scene);
    expect(await house.run("snapshots", "restore", house.id)).toMatchObject({ code: 5, out: "" });
    expect(hashOf(house.scene)).toBe(before);
  });

  it("restores, waits, rolls back to every byte, and says what is pending all along", async () => {
    using house = await openHouse();
    const before = hashOf(house.scene);
    const done = await house.run("snapshots", "restore", house.id, "--yes", "--reason", "a test");
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toContain(`✅ Restored snapshot: ${house.id}`);
    const config = `--config ${house.path("clawback.json5")}`;
    expect(done.out).toContain(`  Keep this one:   clawback ${config} restore accept --gateway prod\n`);
    expect(done.out).toContain(`  Back to before:  clawback ${config} restore rollback --gateway prod\n`);
    expect(rowsOf(join(house.scene.stateDir, "state/openclaw.sqlite"), "SELECT what FROM facts")).toEqual([
      "before",
    ]);

    const status = await house.run("restore", "status");
    expect(status.out).toContain(`${house.id} was restored (everything)`);
    expect(status.out).toContain(`clawback ${config} restore accept --gateway prod\n`);
    expect(status.out).toMatch(/kept: .*\.openclaw\.clawback-.*-old {2}\d/);
    const again = await house.run("snapshots", "restore", house.id, "--yes");
    expect(again).toMatchObject({ code: 5 });
    expect(again.out).toContain("has not been accepted or rolled back");

    const back = await house.run("restore", "rollback", "--yes");
    expect(back.out).toContain("The gateway did not run, and was not started on it.");
    expect(back).toMatchObject({ code: 0 });
    expect(hashOf(house.scene)).toBe(before);
    const log = join(house.path("state"), "clawback/audit.jsonl");
    expect(readFileSync(log, "utf8")).toContain('"reason":"a test"');
    expect((statSync(log).mode & 0o777).toString(8)).toBe("600");
  });

  it("refuses to roll back what was accepted, and names the snapshot that leads there", async () => {
    using house = await openHouse();
    await house.run("snapshots", "restore", house.id, "--yes");
    expect(await house.run("restore", "accept", "--yes")).toMatchObject({ code: 0 });
    const late = await house.run("restore", "rollback", "--yes");
    expect(late).toMatchObject({ code: 5 });
    expect(late.err).toMatch(/was accepted at .*Z \(a person\), and the old state was deleted then/);
    expect(late.err).toMatch(/clawback --config \S+ snapshots restore \d{4}-\S+ --gateway prod\n$/);
  });

  it("deletes the old state when its time has run out, says so, and refuses to put it back", async () => {
    using house = await openHouse();
    await house.run("snapshots", "restore", house.id, "--yes");
    expect((await house.run("restore", "status")).out).toMatch(/counts as accepted in (?:7d|6d)/);
    const config = house.path("clawback.json5");
    const written = JSON.parse(readFileSync(config, "utf8")) as object;
    writeFileSync(config, JSON.stringify({ ...written, recovery: { acceptWithin: "0.001s" } }));
    const late = await house.run("restore", "rollback", "--yes");
    expect(late).toMatchObject({ code: 5 });
    expect(late.err).toMatch(/was not rolled back within \S+: it counts as accepted/);
    expect(late.err).toMatch(/Nothing can be rolled back: .* \(nobody rolled it back within/);
    expect((await house.run("restore", "status")).out).not.toContain("kept:");
  });

  it("keeps what was taken out again as long as an old state, says so, and leaves no part of it behind", async () => {
    using house = await openHouse();
    const { workspace } = house.scene;
    await house.run("snapshots", "restore", house.id, "--yes");
    await house.run("restore", "rollback", "--yes");
    const { out } = await house.run("restore", "status");
    expect(out.replaceAll(/\s+/g, " ")).toMatch(/nobody needs it, and it is deleted in 6d/);
    expect(out).toContain(`${workspace}.clawback-`);
    const config = house.path("clawback.json5");
    const written = JSON.parse(readFileSync(config, "utf8")) as object;
    writeFileSync(config, JSON.stringify({ ...written, recovery: { acceptWithin: "0.001s" } }));
    expect((await house.run("restore", "status")).out).not.toContain("kept:");
    expect(readdirSync(dirname(workspace)).filter((name) => name.includes("-undone"))).toEqual([]);
  });

  it("takes back only what was asked for, and refuses a word that means nothing", async () => {
    using house = await openHouse();
    expect(await house.run("snapshots", "restore", house.id, "--yes", "--only", "workspace")).toMatchObject({
      code: 0,
    });
    expect(readFileSync(join(house.scene.workspace, "AGENTS.md"), "utf8")).toBe("how it was");
    expect(rowsOf(join(house.scene.stateDir, "state/openclaw.sqlite"), "SELECT what FROM facts")).toEqual([
      "before",
      "after",
    ]);
    const typo = await house.run("snapshots", "restore", house.id, "--except", "memori", "--dry-run");
    expect(typo).toMatchObject({ code: 2 });
    expect(typo.err).toContain('"memori" is neither a class nor a path');
  });

  it("lays a snapshot out beside with --target, ready to be started on", async () => {
    using house = await openHouse();
    const before = hashOf(house.scene);
    const target = house.path("beside");
    expect(await house.run("snapshots", "restore", house.id, "--target", target)).toMatchObject({ code: 0 });
    expect(rowsOf(join(target, "state/openclaw.sqlite"), "SELECT count(*) FROM state_leases")).toEqual([0]);
    expect(readFileSync(join(target, "@workspace:main/AGENTS.md"), "utf8")).toBe("how it was");
    expect(hashOf(house.scene)).toBe(before);
  });

  it("brings a state directory back that was lost, into its own place, and says what has another", async () => {
    using house = await openHouse();
    const { stateDir, workspace } = house.scene;
    rmSync(stateDir, { recursive: true });
    const refused = await house.run("snapshots", "restore", house.id, "--yes");
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain(`The state directory ${stateDir} is not there.`);
    expect(refused.err).toContain(`snapshots restore last-good --target ${stateDir}`);
    rmSync(workspace, { recursive: true });
    const laid = await house.run("snapshots", "restore", house.id, "--target", stateDir);
    expect(laid).toMatchObject({ code: 0 });
    expect(laid.out).toContain(`mv ${join(stateDir, "@workspace:main")} ${workspace}`);
    expect(rowsOf(join(stateDir, "state/openclaw.sqlite"), "SELECT count(*) FROM state_leases")).toEqual([0]);
    renameSync(join(stateDir, "@workspace:main"), workspace);
    const planned = await house.run("snapshots", "restore", house.id, "--dry-run");
    expect(planned.out).toMatch(/What will be lost:\n {2}nothing\n/);
    // There is something now: a second one does not go over it.
    expect(await house.run("snapshots", "restore", house.id, "--target", stateDir)).toMatchObject({
      code: 2,
    });
  });

  it("takes a name or last-good for one of its own, and says whose the other is", async () => {
    using house = await openHouse();
    const vault = await openVault(house.path("vault"), { keys: { keyFile: house.path("vault.key") } });
    const source = await stateSource({
      stateDir: house.scene.stateDir,
      env: { HOME: house.path(".") },
    });
    const { snapshot } = await saveSnapshot(vault, source, {
      kind: "manual",
      gateway: "dev",
      name: "came-along",
    });
    const other = await house.run("snapshots", "restore", "came-along", "--dry-run");
    expect(other).toMatchObject({ code: 2, out: "" });
    expect(other.err).toContain(`No snapshot of prod is meant by came-along: ${snapshot.id} is of dev.`);
    expect(other.err.replaceAll(/\s+/g, " ")).toContain(`name it by its id: ${snapshot.id}.`);
    // The newest in the vault is another gateway's.
    expect((await house.run("snapshots", "restore", "last-good", "--dry-run")).out).toContain(
      `Restore plan: ${house.id} into`,
    );
    expect((await house.run("snapshots", "restore", "latest", "--dry-run")).out).toContain(
      `Restore plan: ${house.id} into`,
    );
  });

  it("knows that one was accepted whose accepting was killed, and finished by the next command", async () => {
    using house = await openHouse();
    await house.run("snapshots", "restore", house.id, "--yes");
    const journal = openJournal(house.scene.stateDir, (point) => {
      if (point === "after accepted") throw new Error("killed");
    });
    if (journal === undefined) throw new Error("nothing is pending");
    await expect(accept(journal, "a person", systemClock)).rejects.toThrow("killed");
    // The claim of a process that is gone.
    journal.append({ step: "released", at: 0, runBy: await thisRun() });
    const found = await house.run("restore", "status");
    expect(found.err).toContain("Finished accepting the restore");
    expect(found.out).toContain(`The last restore, of ${house.id}, was accepted`);
    expect(readFileSync(house.path("state/clawback/audit.jsonl"), "utf8")).toMatch(
      /"deed":"restore-brought-to-an-end".*"outcome":"accepted"/,
    );
    const again = await house.run("restore", "accept", "--yes");
    expect(again).toMatchObject({ code: 5 });
    expect(again.err).toContain("was accepted at");
    const { last } = JSON.parse((await house.run("restore", "status", "--json")).out) as {
      readonly last: object;
    };
    expect(last).toMatchObject({ ended: { step: "accepted", by: "a person" } });
  });

  it("takes a database that is named back with the rows that stand in its log", async () => {
    using house = await openHouse();
    const database = "agents/main/agent/openclaw-agent.sqlite";
    const lengths = (stateDir: string): readonly unknown[] =>
      rowsOf(join(stateDir, database), "SELECT length FROM said ORDER BY id");
    expect(lengths(house.scene.stateDir)).toEqual([10, 20]);
    const beside = ["--target", house.path("beside"), "--only", database];
    expect(await house.run("snapshots", "restore", house.id, ...beside)).toMatchObject({ code: 0 });
    expect(lengths(house.path("beside"))).toEqual([10]);
    expect(await house.run("snapshots", "restore", house.id, "--only", database, "--yes")).toMatchObject({
      code: 0,
    });
    expect(lengths(house.scene.stateDir)).toEqual([10]);
    expect(await house.run("restore", "rollback", "--yes")).toMatchObject({ code: 0 });
    // Left out by its name, it stays as it is with its log.
    const others = ["snapshots", "restore", house.id, "--except", database, "--yes"];
    expect(await house.run(...others)).toMatchObject({ code: 0 });
    expect(lengths(house.scene.stateDir)).toEqual([10, 20]);
  });

  it("changes nothing with --read-only", async () => {
    using house = await openHouse();
    const answer = await house.run("snapshots", "restore", house.id, "--yes", "--read-only");
    expect(answer).toMatchObject({ code: 5 });
    expect(answer.out).toContain("is read-only here");
  });
});
