import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";

test("A snapshot stays protected when the note of it is damaged, until somebody says otherwise", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
  await vault.protect(snapshot.id, true);
  for (const name of readdirSync(place.at("vault/notes")))
    writeFileSync(place.at(`vault/notes/${name}`), "spoiled");
  expect((await vault.list()).snapshots[0]?.protected).toBe(true);
  await expect(vault.delete([snapshot.id])).rejects.toMatchObject({ code: "SNAPSHOT_PROTECTED" });
  expect((await vault.verify("all", { depth: "structure" })).findings.map(({ code }) => code)).toEqual([
    "STRANGE_OBJECT",
  ]);
  await vault.protect(snapshot.id, false);
  expect((await vault.list()).snapshots[0]?.protected).toBe(false);
  await vault.delete([snapshot.id]);
  expect((await vault.list()).snapshots).toEqual([]);
});
