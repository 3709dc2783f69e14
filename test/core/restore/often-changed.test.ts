import { mkdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { diskStore, initVault, openVault, type VaultStore } from "../../../src/core/index.ts";
import { everything, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

/** How often each frame is opened for the restore of a database of which other rows changed before each snapshot. */
const timesOpened = async (changes: {
  readonly rows: number;
  readonly snapshots: number;
  readonly everyRow: number;
}): Promise<readonly number[]> => {
  using place = temporary();
  mkdirSync(place.at("state"));
  const path = place.at("state/memory.sqlite");
  using database = new DatabaseSync(path);
  database.exec("CREATE TABLE pages (id INTEGER PRIMARY KEY, body BLOB)");
  const insert = database.prepare("INSERT INTO pages (body) VALUES (?)");
  const update = database.prepare("UPDATE pages SET body = ? WHERE id = ?");
  database.exec("BEGIN");
  for (let row = 0; row < changes.rows; row += 1) insert.run(noise(3_500, row));
  database.exec("COMMIT");

  const opened = new Map<string, number>();
  const counting = (store: VaultStore): VaultStore => ({
    ...store,
    get: async (key, range) => {
      const what = `${key} ${range?.start ?? 0}`;
      if (key.startsWith("packs/")) opened.set(what, (opened.get(what) ?? 0) + 1);
      return await store.get(key, range);
    },
  });
  const keys = { keyFile: place.at("key") };
  await initVault(diskStore(place.at("vault")), keys);
  const vault = await openVault(counting(diskStore(place.at("vault"))), { keys, hands: "this-one" });
  let id = "";
  for (let snapshot = 0; snapshot < changes.snapshots; snapshot += 1) {
    database.exec("BEGIN");
    // Far apart: their pages end up in as many packs as there are snapshots.
    for (let row = snapshot; row < changes.rows; row += changes.everyRow)
      update.run(noise(3_500, snapshot * 10_000 + row), row + 1);
    database.exec("COMMIT");
    id = (await vault.save(everything(place.at("state")), { kind: "manual" })).snapshot.id;
  }

  opened.clear();
  const { findings } = await vault.restoreTo(id, place.at("target"));
  expect(findings).toEqual([]);
  expect(readFileSync(place.at("target/memory.sqlite")).equals(readFileSync(path))).toBe(true);
  return [...opened.values()];
};

test("A database that changed here and there in every snapshot is restored without opening a frame again and again", async () => {
  const times = await timesOpened({ rows: 3_000, snapshots: 16, everyRow: 16 });
  expect(times.length, "frames of many snapshots are needed").toBeGreaterThan(16);
  // Once for each of the two stretches it is put together in, once more for the list of files.
  expect(Math.max(...times)).toBeLessThanOrEqual(3);
});

test("Pages that stayed as they were in blocks that changed need no frame to be opened again", async () => {
  const times = await timesOpened({ rows: 1_500, snapshots: 2, everyRow: 40 });
  expect(times.length, "frames of both snapshots are needed").toBeGreaterThan(9);
  // Both ends of both packs, for the index too, and one frame that has the list of files as well.
  expect(times.filter((each) => each > 1).length).toBeLessThanOrEqual(5);
});
