import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { diskStore, initVault, openVault, type VaultStore } from "../../../src/core/index.ts";
import { everything, temporary } from "../support/places.ts";

/** A vault with three snapshots, and everything that is read of it from then on. */
const counted = async (place: ReturnType<typeof temporary>) => {
  const path = place.at("vault");
  await initVault(diskStore(path), { encryption: "none" });
  const disk = diskStore(path);
  const get = vi.fn<VaultStore["get"]>(disk.get);
  const store: VaultStore = { ...disk, get };
  const vault = await openVault(store, { keys: {} });
  mkdirSync(place.at("state"));
  const save = async (name: string) => {
    writeFileSync(place.at("state/notes.md"), name);
    return (await vault.save(everything(place.at("state")), { kind: "manual", name })).snapshot.id;
  };
  const ids = [await save("one"), await save("two"), await save("three")];
  get.mockClear();
  return { path, vault, save, get, ids };
};

test("a vault that is listed again reads only what is new", async () => {
  using place = temporary();
  const { vault, save, get, ids } = await counted(place);
  expect((await vault.list()).snapshots.map(({ name }) => name)).toEqual(["one", "two", "three"]);
  expect(get).toHaveBeenCalledTimes(3);
  expect((await vault.list()).snapshots).toHaveLength(3);
  expect(get).toHaveBeenCalledTimes(3);
  const fourth = await save("four");
  get.mockClear();
  expect((await vault.list()).snapshots.map(({ id }) => id)).toEqual([...ids, fourth]);
  expect(get).toHaveBeenCalledTimes(1);
});

test("a vault that holds what it held gives the same list, and one in which a snapshot was protected another", async () => {
  using place = temporary();
  const { vault, ids } = await counted(place);
  const { snapshots } = await vault.list();
  expect((await vault.list()).snapshots).toBe(snapshots);
  await vault.protect(ids[0] ?? "", true);
  expect((await vault.list()).snapshots).toMatchObject([{ protected: true }, {}, {}]);
});

test("what was noted, deleted or damaged since the last listing is seen in the next", async () => {
  using place = temporary();
  const { path, vault, ids } = await counted(place);
  const [first = "", second = "", third = ""] = ids;
  await vault.list();
  await vault.protect(third, true);
  await vault.delete([first]);
  appendFileSync(join(path, "snapshots", second), "x");
  const { snapshots, deleted, findings } = await vault.list();
  expect(snapshots).toMatchObject([{ id: third, protected: true }]);
  expect(deleted).toEqual([first]);
  expect(findings).toMatchObject([{ code: "SNAPSHOT_DAMAGED", snapshot: second }]);
  expect((await vault.list()).findings).toHaveLength(1);
});

test("a vault gives another sign after each snapshot and each note that came or went, whoever wrote it", async () => {
  using place = temporary();
  const { path, vault, save, ids } = await counted(place);
  const other = await openVault(path, { keys: {} });
  // The times of a folder are those of the system's tick: two changes within one would be one.
  const changed = async (change: () => Promise<unknown>): Promise<boolean> => {
    const before = vault.sign();
    await setTimeout(20);
    await change();
    return vault.sign() !== before;
  };
  expect(await changed(() => vault.list())).toBe(false);
  expect(await changed(() => save("four"))).toBe(true);
  expect(await changed(() => other.protect(ids[0] ?? "", true))).toBe(true);
  expect(await changed(() => other.delete([ids[1] ?? ""]))).toBe(true);
});
