import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashOf } from "../../core/takeback/support/scene.ts";
import { openHouse, type House } from "./support/house.ts";

const child = join(import.meta.dirname, "../../openclaw/support/killed-restore.child.ts");

const killedAt = (house: House, point: string): void => {
  const ran = spawnSync(
    process.execPath,
    [
      "--no-warnings",
      child,
      house.path("."),
      house.scene.stateDir,
      "ws://127.0.0.1:1",
      "none",
      house.path("vault"),
      house.id,
      point,
      "leaves",
    ],
    { encoding: "utf8" },
  );
  expect([ran.signal, ran.stderr]).toEqual(["SIGKILL", ""]);
};

/** Another process, alive for as long as the test wants. */
const somebody = (): Disposable & { readonly run: { readonly pid: number; readonly startTime: number } } => {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  const pid = child.pid ?? 0;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return {
    run: { pid, startTime: Number(fields[19]) },
    [Symbol.dispose]: () => {
      child.kill("SIGKILL");
    },
  };
};

const addTo = (house: House, record: object): void => {
  appendFileSync(`${house.scene.stateDir}.clawback-restore.jsonl`, `${JSON.stringify(record)}\n`);
};

const claimFor = (house: House, runBy: object): void => {
  addTo(house, { step: "claimed", at: Date.now(), runBy });
};

describe("a restore that was killed", () => {
  it.each([
    [["snapshots", "save"], 0],
    [["snapshots", "list"], 0],
    [["service", "status"], 1],
    [["guard", "--once"], 3],
    [["status"], 3],
    [["restore", "status"], 0],
  ] as const)(
    "while no state directory was there is finished by `%s`, which says so",
    async (words, exit) => {
      using house = await openHouse();
      killedAt(house, "half of exchange 0");
      expect(existsSync(house.scene.stateDir)).toBe(false);
      const answer = await house.run(...words);
      expect(answer.err).toMatch(/^! real: Finished the restore of \S+ begun .* ago: all of the new state/);
      expect(answer.code).toBe(exit);
      expect(existsSync(join(house.scene.stateDir, "openclaw.json"))).toBe(true);
      expect((await house.run("restore", "status")).out).toContain("waits to be accepted or rolled back");
    },
  );

  it("when all was in place and the gateway not started yet is told once, with what is left to do", async () => {
    using house = await openHouse();
    killedAt(house, "after swapped");
    const first = await house.run("restore", "status");
    expect(first.err).toMatch(/^! real: The restore of \S+ begun .* ago was interrupted when all of the new/);
    expect(first.out).toContain("waits to be accepted or rolled back");
    const config = `--config ${house.path("clawback.json5")}`;
    expect(first.err.split("\n").slice(1)).toEqual([
      `  Keep it so:       clawback ${config} restore accept --gateway real`,
      `  Back to before:   clawback ${config} restore rollback --gateway real`,
      "",
    ]);
    expect((await house.run("restore", "status")).err).toBe("");
    // Who finished it stands where everything stands that was done.
    const audit = readFileSync(house.path("state/clawback/audit.jsonl"), "utf8").trim().split("\n");
    expect(audit.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        deed: "restore-brought-to-an-end",
        gateway: "real",
        snapshot: house.id,
        outcome: "swapped",
      }),
    ]);
    expect(await house.run("restore", "rollback", "--yes")).toMatchObject({ code: 0 });
  });

  it("and that somebody else goes on with is told, with how far it is and what calls it off", async () => {
    using house = await openHouse();
    killedAt(house, "after swapped");
    using holder = somebody();
    claimFor(house, holder.run);
    const { out, code } = await house.run("restore", "status");
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(
        `^${house.id} was restored \\(everything\\), begun .* ago; process ${holder.run.pid} is accepting it or rolling it back: nothing was changed yet`,
      ),
    );
    expect(out).toContain(`  Call it off:  kill -INT ${holder.run.pid}\n`);
    expect(out).not.toContain("restore accept");
    const { pending, recovered } = JSON.parse((await house.run("restore", "status", "--json")).out) as {
      readonly pending: { readonly phase: string };
      readonly recovered: readonly { readonly kind: string; readonly pid: number }[];
    };
    expect([pending.phase, recovered[0]?.kind, recovered[0]?.pid]).toEqual([
      "in-place",
      "running",
      holder.run.pid,
    ]);
    expect(await house.run("restore", "accept", "--yes")).toMatchObject({ code: 5 });
  });

  it("is said to be rolled back, with the gateway stopped for it, while somebody does that", async () => {
    using house = await openHouse();
    killedAt(house, "after swapped");
    using holder = somebody();
    claimFor(house, holder.run);
    addTo(house, { step: "noted", at: Date.now(), what: "stopping", detail: "" });
    expect((await house.run("restore", "status")).out).toContain(
      "rolling it back: the gateway is being stopped, nothing was changed.",
    );
  });

  it("calls what is written beside what it is for as long as somebody writes it", async () => {
    using house = await openHouse();
    killedAt(house, "before swapping");
    using holder = somebody();
    claimFor(house, holder.run);
    const { out } = await house.run("restore", "status");
    expect(out).toContain(`is being restored (everything) by process ${holder.run.pid}`);
    expect(out.replaceAll(/\s+/g, " ")).toMatch(/-new .* old: the state that is to come in, being written/);
    expect(out).not.toContain("nobody needs it");
  });

  it("before anything moved is undone, and the state is what it was to every byte", async () => {
    using house = await openHouse();
    const before = hashOf(house.scene);
    killedAt(house, "before swapping");
    const answer = await house.run("snapshots", "save");
    expect(answer.err).toContain("it was interrupted before anything was touched");
    expect(hashOf(house.scene)).toBe(before);
  });

  it("is left as it is with --read-only, which says how to go on", async () => {
    using house = await openHouse();
    killedAt(house, "half of exchange 0");
    const answer = await house.run("--read-only", "status");
    expect(answer.err).toContain("is not brought to an end with --read-only");
    expect(existsSync(house.scene.stateDir)).toBe(false);
  });
});
