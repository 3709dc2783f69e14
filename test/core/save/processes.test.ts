import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt } from "../support/trees.ts";

/** `npm run prove` asks for hundreds. */
const rounds = Number(process.env["CLAWBACK_KILLS"] ?? 25);

const saver = (vault: string, state: string, ...more: readonly string[]) =>
  fork(join(import.meta.dirname, "../support/save.child.ts"), [vault, state, ...more], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });

describe("a save that is killed", () => {
  it(
    "at any instant leaves every snapshot there was, and the next one works",
    { timeout: 300_000 + rounds * 10_000 },
    async () => {
      using place = temporary();
      mkdirSync(place.at("state"));
      writeFileSync(place.at("state/steady"), "steady");
      const vault = await newVault(place.at("vault"));
      const promised = new Set<string>();
      let inTheMiddle = 0;
      const leftovers = () => readdirSync(place.at("vault/tmp")).length;
      for (let round = 0; round < rounds; round += 1) {
        // Every fifth is large enough for threads, whose packs are killed with it.
        const size = round % 5 === 4 ? "9000000" : "60000";
        const child = saver(place.at("vault"), place.at("state"), "3", size);
        const gone = once(child, "exit");
        child.on("message", (id: string) => promised.add(id));
        await once(child, "message");
        // From here on it is somewhere in its next save; seen writing, it is in the middle of one.
        const seen = promised.size;
        const turn = () =>
          new Promise((resolve) => {
            setImmediate(resolve);
          });
        while (round % 4 !== 0 && promised.size === seen && leftovers() === 0) await turn();
        for (let turns = Math.floor(Math.random() * 40); turns > 0; turns -= 1) await turn();
        child.kill("SIGKILL");
        await gone;
        const { snapshots, findings } = await vault.list();
        expect(findings).toEqual([]);
        const ids = new Set(snapshots.map(({ id }) => id));
        for (const id of promised) expect(ids.has(id), `${id} was promised`).toBe(true);
        if (leftovers() > 0) inTheMiddle += 1;
        for (const name of readdirSync(place.at("vault/tmp"))) rmSync(place.at(`vault/tmp/${name}`));
        const depth = round % 5 === 4 || round === rounds - 1 ? "full" : "structure";
        expect((await vault.verify("all", { depth })).findings).toEqual([]);
      }
      const { snapshot } = await vault.save(everything(place.at("state")), { kind: "full" });
      await vault.restoreTo(snapshot.id, place.at("out"));
      expect(lookAt(place.at("out"))).toEqual(lookAt(place.at("state")));
      expect(inTheMiddle, "some were killed while they were writing").toBeGreaterThan(0);
    },
  );
});

/**
 * Far sooner than a collector of ours. A writer that is held up for longer between its last look and its commit would
 * lose what it builds on, which is why ours waits for a quarter of an hour.
 */
const soon = { graceMs: 5_000, youngMs: 3_000 };

describe("two writers and a collector at once", () => {
  it("do not disturb each other", { timeout: 300_000 }, async () => {
    using place = temporary();
    for (const name of ["one", "two"]) mkdirSync(place.at(name));
    const vault = await newVault(place.at("vault"));
    const children = ["one", "two"].map((name) =>
      saver(place.at("vault"), place.at(name), "3", "200000", "8"),
    );
    const saved: string[] = [];
    let running = children.length;
    const ended = Promise.all(
      children.map(async (child) => {
        child.on("message", (id: string) => saved.push(id));
        const heard = once(child, "disconnect");
        const [code] = await once(child, "exit");
        await heard;
        running -= 1;
        expect(code).toBe(0);
      }),
    );
    let freed = 0;
    while (running > 0) {
      // The children's news comes with the event loop.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      // All but the newest three of each go at once, however far one of them is ahead, and what they leave goes soon.
      const { snapshots } = await vault.list();
      for (const name of ["one", "two"]) {
        const own = snapshots.filter(({ stateDir }) => stateDir === place.at(name));
        await vault.delete(own.slice(0, -3).map(({ id }) => id));
      }
      freed += (await vault.collect(soon)).deletedPacks;
    }
    await ended;
    expect(saved).toHaveLength(16);
    expect(new Set(saved).size, "no two snapshots have one id").toBe(16);
    const deadline = performance.now() + 60_000;
    while (freed === 0 && performance.now() < deadline) {
      freed += (await vault.collect(soon)).deletedPacks;
    }
    expect(freed).toBeGreaterThan(0);
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    const { snapshots } = await vault.list();
    for (const name of ["one", "two"]) {
      const last = snapshots.filter(({ stateDir }) => stateDir === place.at(name)).at(-1);
      await vault.restoreTo(last?.id ?? "", place.at(`out-${name}`));
      expect(readFileSync(place.at(`out-${name}/log`), "utf8")).toBe(
        readFileSync(place.at(`${name}/log`), "utf8"),
      );
    }
  });
});
