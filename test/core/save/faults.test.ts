import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { diskStore, initVault, openVault, type Vault } from "../../../src/core/index.ts";
import { isProblem } from "../../../src/ground/index.ts";
import { everything, temporary } from "../support/places.ts";
import { randomFrom } from "../support/random.ts";
import { Crash, SimulatedDisk, type Fault } from "../support/simulated-disk.ts";
import { noise } from "../support/trees.ts";

/**
 * Small, but with every kind of object: data, lists in nodes, several segments' worth of names; and more data than one
 * piece of a draft, so that some of it is still on its way when the next is written.
 */
const place = temporary();
const state = place.at("state");
const fresh = new SimulatedDisk();

const open = (disk: SimulatedDisk): Promise<Vault> =>
  openVault(diskStore("/vault", disk.files), { keys: { keyFile: place.at("key") } });

const contentOf = (generation: number): void => {
  writeFileSync(`${state}/changing`, noise(40_000, generation));
  writeFileSync(`${state}/large`, noise(3_500_000, 1_000 + generation));
  writeFileSync(`${state}/small`, `generation ${generation}`);
};

beforeAll(async () => {
  mkdirSync(state);
  writeFileSync(`${state}/steady`, noise(30_000, 99));
  await initVault(diskStore("/vault", fresh.files), { keyFile: place.at("key") });
  contentOf(1);
  await (await open(fresh)).save(everything(state), { kind: "full" });
  contentOf(2);
  return () => {
    place[Symbol.dispose]();
  };
});

const stepsOfASave = async (): Promise<number> => {
  const disk = fresh.copy();
  disk.mend();
  await (await open(disk)).save(everything(state), { kind: "full" });
  return disk.steps;
};

/** The vault holds the old state or the new, whole, and works. */
const expectOldOrNew = async (disk: SimulatedDisk, newIsCertain: boolean): Promise<void> => {
  const vault = await open(disk);
  const { snapshots, findings } = await vault.list();
  expect(findings).toEqual([]);
  expect(snapshots.length).toBeOneOf(newIsCertain ? [2] : [1, 2]);
  const verified = await vault.verify("all", { depth: "full" });
  expect(verified.findings.filter(({ code }) => code !== "INDEX_REBUILT")).toEqual([]);
  for (const [at, { id }] of snapshots.entries()) {
    expect((await vault.readFile(id, "small")).toString()).toBe(`generation ${at + 1}`);
  }
  const { snapshot } = await vault.save(everything(state), { kind: "full" });
  expect((await vault.readFile(snapshot.id, "small")).toString()).toBe("generation 2");
  expect((await vault.readFile(snapshot.id, "changing")).equals(noise(40_000, 2))).toBe(true);
};

const tryToSave = async (disk: SimulatedDisk): Promise<unknown> => {
  try {
    await (await open(disk)).save(everything(state), { kind: "full" });
    return "saved";
  } catch (error) {
    return error;
  }
};

describe("a save whose disk fails at any step", () => {
  it.each<Fault>(["EIO", "ENOSPC", "short write"])(
    "leaves the vault as it was, or done: %s",
    async (kind) => {
      const steps = await stepsOfASave();
      expect(steps).toBeGreaterThan(10);
      let failures = 0;
      for (let step = 1; step <= steps; step += 1) {
        const disk = fresh.copy();
        disk.failAt(step, kind);
        const outcome = await tryToSave(disk);
        disk.mend();
        if (outcome !== "saved") {
          failures += 1;
          expect(outcome).toSatisfy(isProblem);
          if (kind !== "EIO") expect(outcome).toMatchObject({ code: "VAULT_DISK_FULL" });
        }
        await expectOldOrNew(disk, outcome === "saved");
      }
      expect(failures).toBeGreaterThan(steps / 2);
    },
  );

  it(
    "leaves the old state or the new when the power fails, whatever was not synced by then",
    { timeout: 240_000 },
    async () => {
      const steps = await stepsOfASave();
      for (let step = 1; step <= steps + 1; step += 1) {
        for (let seed = 1; seed <= 3; seed += 1) {
          const disk = fresh.copy();
          disk.failAt(step, "crash");
          const outcome = await tryToSave(disk);
          if (outcome !== "saved")
            expect(outcome).toSatisfy((error) => error instanceof Crash || isProblem(error));
          const found = disk.afterCrash(randomFrom(step * 31 + seed));
          await expectOldOrNew(found, outcome === "saved");
        }
      }
    },
  );
});
