import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskStore, initVault, openVault, type KeySource, type Vault } from "../../../src/core/index.ts";
import { isProblem, systemClock } from "../../../src/ground/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { randomFrom } from "../support/random.ts";
import { Crash, SimulatedDisk, type Fault } from "../support/simulated-disk.ts";
import { noise } from "../support/trees.ts";

/** What is done to a vault besides saving, each with a disk that fails at step n, for every n. */
const place = temporary();
const state = place.at("state");
const minute = 60_000;
const keyFile = place.at("key");

const open = (disk: SimulatedDisk, aheadMs = 0, keys: KeySource = { keyFile }): Promise<Vault> =>
  openVault(diskStore("/vault", disk.files), {
    keys,
    clock: { ...systemClock, now: () => Date.now() + aheadMs },
  });

/** Two snapshots that share half of what they hold. */
const twoSnapshots = new SimulatedDisk();
let first = "";
let second = "";

beforeAll(async () => {
  mkdirSync(state);
  await initVault(diskStore("/vault", twoSnapshots.files), { keyFile });
  const vault = await open(twoSnapshots);
  writeFileSync(`${state}/steady`, noise(30_000, 99));
  writeFileSync(`${state}/changing`, noise(60_000, 1));
  first = (await vault.save(everything(state), { kind: "full" })).snapshot.id;
  writeFileSync(`${state}/changing`, noise(60_000, 2));
  second = (await vault.save(everything(state), { kind: "full" })).snapshot.id;
  const other = await newVault(place.at("other"));
  writeFileSync(`${state}/third`, noise(20_000, 3));
  const { snapshot } = await other.save(everything(state), { kind: "full" });
  await other.exportBundle([snapshot.id], place.at("bundle"));
});
afterAll(() => {
  place[Symbol.dispose]();
});

type Operation = {
  readonly start?: (disk: SimulatedDisk) => Promise<void>;
  readonly run: (disk: SimulatedDisk) => Promise<void>;
  /** What must hold whatever happened; then the same once more must come to its end. */
  readonly after: (disk: SimulatedDisk) => Promise<void>;
};

/** Every snapshot in the list is whole; `kept` are in it. */
const expectWhole = async (disk: SimulatedDisk, kept: readonly string[]): Promise<void> => {
  const vault = await open(disk);
  const { snapshots, findings } = await vault.list();
  expect(findings).toEqual([]);
  expect(snapshots.map(({ id }) => id)).toEqual(expect.arrayContaining([...kept]));
  const verified = await vault.verify("all", { depth: "full", note: "nothing" });
  expect(verified.findings.filter(({ code }) => code !== "INDEX_REBUILT")).toEqual([]);
};

const deleteFirst = async (disk: SimulatedDisk): Promise<void> => {
  const vault = await open(disk);
  if ((await vault.list()).snapshots.some(({ id }) => id === first)) await vault.delete([first]);
};

/** Packs on a simulated disk are as old as can be. */
const announce = async (disk: SimulatedDisk): Promise<void> => {
  await (await open(disk)).collect();
};
const free = async (disk: SimulatedDisk): Promise<void> => {
  const vault = await open(disk, 16 * minute);
  await vault.collect();
};

const damageLargestPack = (disk: SimulatedDisk): void => {
  const packs = disk.files.names("/vault/packs").map((name) => `/vault/packs/${name}`);
  const size = (path: string) => disk.files.stat(path)?.sizeBytes ?? 0;
  const path = packs.toSorted((a, b) => size(b) - size(a))[0] ?? "";
  const file = disk.files.openForReading(path);
  const bytes = Buffer.alloc(size(path));
  disk.files.read(file, bytes, 0);
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
  disk.files.close(file);
  disk.files.remove(path);
  const anew = disk.files.create(path);
  disk.files.write(anew, [bytes]);
  disk.files.sync(anew);
  disk.files.close(anew);
  disk.files.syncDirectory("/vault/packs");
};

/** Key files of every attempt at new keys, the last first: whatever happened, one of them opens the vault. */
const keyFiles: string[] = [keyFile];
const makeKeys = async (vault: Vault): Promise<void> => {
  const next = place.at(`key-${keyFiles.length}`);
  keyFiles.unshift(next);
  await vault.rekey({ keyFile: next });
};
const openWithAny = async (disk: SimulatedDisk): Promise<Vault> => {
  const existing = keyFiles.filter((path) => existsSync(path));
  const ways = await Promise.allSettled(existing.map((path) => open(disk, 0, { keyFile: path })));
  const opened = ways.flatMap((way) => (way.status === "fulfilled" ? [way.value] : []));
  expect(opened.length, "ways into the vault").toBeGreaterThan(0);
  return opened[0] ?? (await open(disk));
};

const operations: Readonly<Record<string, Operation>> = {
  "deleting a snapshot": {
    run: deleteFirst,
    after: async (disk) => {
      await expectWhole(disk, [second]);
      await deleteFirst(disk);
      expect((await (await open(disk)).list()).snapshots.map(({ id }) => id)).toEqual([second]);
    },
  },
  "announcing what can go": {
    start: deleteFirst,
    run: announce,
    after: async (disk) => {
      await expectWhole(disk, [second]);
    },
  },
  "freeing what was announced": {
    start: async (disk) => {
      await deleteFirst(disk);
      await announce(disk);
    },
    run: free,
    after: async (disk) => {
      await expectWhole(disk, [second]);
      await free(disk);
      await expectWhole(disk, [second]);
    },
  },
  "protecting a snapshot": {
    run: async (disk) => {
      await (await open(disk)).protect(first, true);
    },
    after: async (disk) => {
      await expectWhole(disk, [first, second]);
      const vault = await open(disk);
      await vault.protect(first, true);
      expect((await vault.show(first)).protected).toBe(true);
    },
  },
  "making new keys": {
    run: async (disk) => {
      await makeKeys(await open(disk));
    },
    after: async (disk) => {
      const vault = await openWithAny(disk);
      expect((await vault.list()).snapshots).toHaveLength(2);
      await makeKeys(vault);
      const [newest = "", before = ""] = keyFiles;
      expect((await (await open(disk, 0, { keyFile: newest })).info()).keys).toEqual([
        "key-file",
        "recovery",
      ]);
      await expect(open(disk, 0, { keyFile: existsSync(before) ? before : keyFile })).rejects.toMatchObject({
        exit: 4,
      });
    },
  },
  "repairing a damaged pack": {
    start: async (disk) => {
      damageLargestPack(disk);
    },
    run: async (disk) => {
      await (await open(disk)).repair();
    },
    after: async (disk) => {
      const vault = await open(disk);
      expect((await vault.list()).snapshots).toHaveLength(2);
      await vault.repair();
      // What the files still hold is made good by the next save, and nothing else is left broken.
      await vault.save(everything(state), { kind: "full" });
      const { findings } = await vault.verify([second], { depth: "full", note: "nothing" });
      expect(findings.filter(({ code }) => code !== "INDEX_REBUILT")).toEqual([]);
    },
  },
  "importing a bundle": {
    run: async (disk) => {
      await (await open(disk)).importBundle(place.at("bundle"), { keyFile: place.at("other.key") });
    },
    after: async (disk) => {
      await expectWhole(disk, [first, second]);
      const vault = await open(disk);
      await vault.importBundle(place.at("bundle"), { keyFile: place.at("other.key") });
      expect((await vault.list()).snapshots).toHaveLength(3);
      await expectWhole(disk, [first, second]);
    },
  },
};

const attempt = async (operation: Operation, disk: SimulatedDisk): Promise<boolean> => {
  try {
    await operation.run(disk);
    return true;
  } catch (error) {
    expect(error).toSatisfy((each) => each instanceof Crash || isProblem(each));
    return false;
  }
};

describe.each(Object.entries(operations))("%s on a disk that fails at any step", (_, operation) => {
  it.each<Fault>(["EIO", "ENOSPC", "crash"])(
    "leaves a whole vault, and can be done again: %s",
    { timeout: 240_000 },
    async (kind) => {
      const started = twoSnapshots.copy();
      await operation.start?.(started);
      const counted = started.copy();
      await operation.run(counted);
      const steps = counted.steps;
      expect(steps).toBeGreaterThan(2);
      let failures = 0;
      for (let step = 1; step <= steps; step += 1) {
        const disk = started.copy();
        disk.failAt(step, kind);
        if (!(await attempt(operation, disk))) failures += 1;
        disk.mend();
        await operation.after(kind === "crash" ? disk.afterCrash(randomFrom(step * 31)) : disk);
      }
      // On a full disk collecting makes do with what there is.
      if (kind !== "ENOSPC") expect(failures).toBeGreaterThan(0);
    },
  );
});

describe("making a vault on a disk that fails at any step", () => {
  it.each<Fault>(["EIO", "ENOSPC", "crash"])(
    "leaves none or one, and it can be made after: %s",
    async (kind) => {
      const counted = new SimulatedDisk();
      counted.files.makeDirectory("/");
      await initVault(diskStore("/vault", counted.files), { keyFile: place.at(`counted-${kind}`) });
      for (let step = 1; step <= counted.steps; step += 1) {
        const disk = new SimulatedDisk();
        disk.files.makeDirectory("/");
        disk.failAt(step, kind);
        const keyAt = place.at(`init-${kind}-${step}`);
        const operation = {
          run: async () => void (await initVault(diskStore("/vault", disk.files), { keyFile: keyAt })),
          after: async () => undefined,
        };
        const isMade = await attempt(operation, disk);
        disk.mend();
        const found = kind === "crash" ? disk.afterCrash(randomFrom(step * 31)) : disk;
        const store = diskStore("/vault", found.files);
        if ((await store.stat("vault.json")) === undefined) {
          expect(isMade).toBe(false);
          // One that was killed leaves what only a person can know to be of no use.
          if (kind === "crash") rmSync(keyAt, { force: true });
          await initVault(store, { keyFile: keyAt });
        }
        const vault = await open(found, 0, { keyFile: keyAt });
        await vault.save(everything(state), { kind: "full" });
        expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
      }
    },
  );
});
