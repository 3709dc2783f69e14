import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

test("A full check opens each frame once, also those in which the pages of a database lie", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  using database = new DatabaseSync(place.at("state/memory.sqlite"));
  database.exec("CREATE TABLE pages (id INTEGER PRIMARY KEY, body BLOB)");
  const insert = database.prepare("INSERT INTO pages (body) VALUES (?)");
  database.exec("BEGIN");
  for (let row = 0; row < 3_000; row += 1) insert.run(noise(3_500, row));
  database.exec("COMMIT");
  const vault = await newVault(place.at("vault"));
  await vault.save(everything(place.at("state")), { kind: "manual" });

  const packs = place.at("vault/packs");
  const stored = readdirSync(packs).reduce((sum, name) => sum + statSync(join(packs, name)).size, 0);
  const { ok, checkedBytes } = await vault.verify("all", { depth: "full" });
  expect(ok).toBe(true);
  expect(checkedBytes).toBeGreaterThan(stored * 0.9);
  expect(checkedBytes).toBeLessThanOrEqual(stored);
});
