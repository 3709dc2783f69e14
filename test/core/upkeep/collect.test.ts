import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diskStore, initVault, openVault } from "../../../src/core/index.ts";
import { systemClock, type Clock } from "../../../src/ground/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt, noise } from "../support/trees.ts";

const minute = 60_000;
/** A clock that is set by hand; files get their times from the real one. */
const handClock = (): Clock & { ahead: number } => {
  const clock = { ...systemClock, ahead: 0, now: () => Date.now() + clock.ahead };
  return clock;
};

const openWith = async (place: string, clock: Clock) => {
  await initVault(diskStore(place), { keyFile: `${place}.key`, clock });
  return await openVault(place, { keys: { keyFile: `${place}.key` }, clock });
};

describe("collection", () => {
  it("frees what only a deleted snapshot needed, a while after it was announced", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const clock = handClock();
    const vault = await openWith(place.at("vault"), clock);
    writeFileSync(place.at("state/old"), noise(400_000, 1));
    const old = await vault.save(everything(place.at("state")), { kind: "full" });
    rmSync(place.at("state/old"));
    writeFileSync(place.at("state/new"), noise(400_000, 2));
    const kept = await vault.save(everything(place.at("state")), { kind: "full" });
    await vault.delete([old.snapshot.id]);

    expect(await vault.collect()).toMatchObject({ announcedPacks: 0, deletedPacks: 0 });
    clock.ahead = 61 * minute;
    const announced = await vault.collect();
    expect(announced).toMatchObject({ announcedPacks: 1, deletedPacks: 0 });
    expect(announced.announcedBytes).toBeGreaterThan(400_000);
    expect(await vault.collect()).toMatchObject({ announcedPacks: 0, deletedPacks: 0 });
    clock.ahead += 16 * minute;
    const before = (await vault.stats()).storedBytes;
    expect(await vault.collect()).toMatchObject({ deletedPacks: 1 });
    expect((await vault.stats()).storedBytes).toBeLessThan(before - 400_000);
    expect(readdirSync(place.at("vault/marks"))).toEqual([]);
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    await vault.restoreTo(kept.snapshot.id, place.at("out"));
    expect(lookAt(place.at("out"))).toEqual(lookAt(place.at("state")));
  });

  it("does not let a save build on an announced pack", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const clock = handClock();
    const vault = await openWith(place.at("vault"), clock);
    writeFileSync(place.at("state/file"), noise(300_000, 1));
    const old = await vault.save(everything(place.at("state")), { kind: "full" });
    await vault.delete([old.snapshot.id]);
    clock.ahead = 61 * minute;
    expect(await vault.collect()).toMatchObject({ announcedPacks: 1 });
    // The same content again: it must be stored anew, because what there is of it is about to go.
    const again = await vault.save(everything(place.at("state")), { kind: "full" });
    clock.ahead += 16 * minute;
    expect(await vault.collect()).toMatchObject({ deletedPacks: 1 });
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    await vault.restoreTo(again.snapshot.id, place.at("out"));
    expect(lookAt(place.at("out"))).toEqual(lookAt(place.at("state")));
  });

  it("does not let a save build on what was announced and deleted while it was under way", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const clock = handClock();
    const collector = await openWith(place.at("vault"), clock);
    writeFileSync(place.at("state/file"), noise(300_000, 1));
    const old = await collector.save(everything(place.at("state")), { kind: "full" });
    await collector.delete([old.snapshot.id]);
    clock.ahead = 61 * minute;
    const disk = diskStore(place.at("vault"));
    const deleted: number[] = [];
    const settle = async (prefix: string): Promise<void> => {
      await disk.settle(prefix);
      if (prefix !== "packs" || deleted.length > 0) return;
      await collector.collect();
      clock.ahead += 16 * minute;
      deleted.push((await collector.collect()).deletedPacks);
    };
    const keys = { keyFile: place.at("vault.key") };
    const slow = await openVault({ ...disk, settle }, { keys, clock });
    writeFileSync(place.at("state/more"), "x");
    const { snapshot } = await slow.save(everything(place.at("state")), { kind: "full" });
    expect(deleted[0]).toBeGreaterThan(0);
    expect((await collector.verify("all", { depth: "full" })).findings).toEqual([]);
    await collector.restoreTo(snapshot.id, place.at("out"));
    expect(lookAt(place.at("out"))).toEqual(lookAt(place.at("state")));
  });

  it("stores again what is left of packs that are mostly unneeded, and many small ones as one", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const clock = handClock();
    const vault = await openWith(place.at("vault"), clock);
    for (let round = 0; round < 70; round += 1) {
      writeFileSync(place.at(`state/file-${round}`), noise(2_000, round + 1));
      await vault.save(everything(place.at("state")), { kind: "full" });
    }
    const { snapshots } = await vault.list();
    await vault.delete(snapshots.slice(0, -3).map(({ id }) => id));
    clock.ahead = 61 * minute;
    expect((await vault.collect()).repackedPacks).toBeGreaterThan(10);
    clock.ahead += 16 * minute;
    await vault.collect();
    expect(readdirSync(place.at("vault/packs")).length).toBeLessThan(30);
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    await vault.restoreTo(snapshots.at(-1)?.id ?? "", place.at("out"));
    expect(lookAt(place.at("out"))).toEqual(lookAt(place.at("state")));
  });

  it("goes on beside a pack of which nothing can be read and nothing is needed, and leaves it to a repair", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), noise(10_000, 1));
    const vault = await newVault(place.at("vault"));
    await vault.save(everything(place.at("state")), { kind: "full" });
    const stump = "0123456789abcdef".repeat(2);
    writeFileSync(place.at(`vault/packs/${stump}`), "CLAW");
    expect(await vault.collect({ youngMs: 0 })).toMatchObject({ announcedPacks: 0, deletedPacks: 0 });
    expect(readdirSync(place.at("vault/packs"))).toContain(stump);
    expect(await vault.repair()).toMatchObject({ quarantined: [stump], hurt: [] });
  });

  it("refuses to decide on half the truth", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), noise(10_000, 1));
    const vault = await newVault(place.at("vault"));
    await vault.save(everything(place.at("state")), { kind: "full" });
    for (const name of readdirSync(place.at("vault/packs"))) rmSync(place.at(`vault/packs/${name}`));
    await expect(vault.collect()).rejects.toMatchObject({ code: "COLLECT_REFUSED", exit: 5 });
  });

  it("keeps a protected snapshot, and an id means one snapshot for ever", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const clock = { ...systemClock, now: () => Date.parse("2026-03-02T10:56:30Z") };
    const vault = await openWith(place.at("vault"), clock);
    const plan = everything(place.at("state"));
    const ids = [];
    for (let round = 0; round < 3; round += 1)
      ids.push((await vault.save(plan, { kind: "full" })).snapshot.id);
    expect(ids).toEqual(["2026-03-02-10-56", "2026-03-02-10-56-2", "2026-03-02-10-56-3"]);
    await vault.protect("2026-03-02-10-56-2", true);
    await expect(vault.delete(["2026-03-02-10-56", "2026-03-02-10-56-2"])).rejects.toMatchObject({
      code: "SNAPSHOT_PROTECTED",
    });
    await vault.delete(["2026-03-02-10-56"]);
    expect((await vault.save(plan, { kind: "full" })).snapshot.id).toBe("2026-03-02-10-56-4");
    const listed = await vault.list();
    expect(listed.deleted).toEqual(["2026-03-02-10-56"]);
    expect(listed.snapshots.map(({ id }) => id)).toEqual([
      "2026-03-02-10-56-2",
      "2026-03-02-10-56-3",
      "2026-03-02-10-56-4",
    ]);
  });

  it("is not confused by a clock that goes backwards", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const clock = handClock();
    const vault = await openWith(place.at("vault"), clock);
    for (const [round, ahead] of [0, -3 * 24 * 60 * minute, 5 * minute, -400 * 24 * 60 * minute].entries()) {
      clock.ahead = ahead;
      writeFileSync(place.at("state/file"), `round ${round}`);
      const { snapshot } = await vault.save(everything(place.at("state")), { kind: "full" });
      expect((await vault.readFile(snapshot.id, "file")).toString()).toBe(`round ${round}`);
      await vault.collect();
    }
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    // What is said of a snapshot later counts, whatever the clock said when something else was said of it.
    const id = (await vault.list()).snapshots[0]?.id ?? "";
    clock.ahead = 365 * 24 * 60 * minute;
    await vault.protect(id, true);
    clock.ahead = 0;
    await vault.protect(id, false);
    expect((await vault.show(id)).protected).toBe(false);
    await vault.delete([id]);
  });
});
