import { mkdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { diskStore, initVault, openVault, type VaultStore } from "../../../src/core/index.ts";
import { everything, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

test("A database that changed here and there in every snapshot is restored without opening a frame again and again", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  const path = place.at("state/memory.sqlite");
  using database = new DatabaseSync(path);
  database.exec("CREATE TABLE pages (id INTEGER PRIMARY KEY, body BLOB)");
  const insert = database.prepare("INSERT INTO pages (body) VALUES (?)");
  const update = database.prepare("UPDATE pages SET body = ? WHERE id = ?");
  database.exec("BEGIN");
  for (let row = 0; row < 3_000; row += 1) insert.run(noise(3_500, row));
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
  for (let generation = 0; generation < 16; generation += 1) {
    database.exec("BEGIN");
    // Other rows each time, far apart: their pages end up in sixteen packs.
    for (let row = generation; row < 3_000; row += 16)
      update.run(noise(3_500, generation * 10_000 + row), row + 1);
    database.exec("COMMIT");
    id = (await vault.save(everything(place.at("state")), { kind: "manual" })).snapshot.id;
  }

  opened.clear();
  const { findings } = await vault.restoreTo(id, place.at("target"));
  expect(findings).toEqual([]);
  expect(readFileSync(place.at("target/memory.sqlite")).equals(readFileSync(path))).toBe(true);
  expect(opened.size, "frames of many snapshots are needed").toBeGreaterThan(16);
  // Twice for the recipes in it and the pages, once more for the list of files.
  expect(Math.max(...opened.values())).toBeLessThanOrEqual(3);
});
