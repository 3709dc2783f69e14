import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt } from "../support/trees.ts";

test("A save goes on from an older snapshot, or from none, when the newest has lost its list of files", async () => {
  using place = temporary();
  mkdirSync(place.at("state/notes"), { recursive: true });
  const vault = await newVault(place.at("vault"));
  const save = async (content: string) => {
    writeFileSync(place.at("state/notes/today.md"), content);
    return await vault.save(everything(place.at("state")), { kind: "manual" });
  };
  const packs = () => readdirSync(place.at("vault/packs"));

  await save("first");
  const ofFirst = new Set(packs());
  await save("second");
  for (const pack of packs()) if (!ofFirst.has(pack)) rmSync(place.at(`vault/packs/${pack}`));
  const third = await save("third");
  for (const pack of packs()) rmSync(place.at(`vault/packs/${pack}`));
  const fourth = await save("fourth");

  expect([third.findings, fourth.findings]).toEqual([[], []]);
  const { findings } = await vault.restoreTo(fourth.snapshot.id, place.at("target"));
  expect(findings).toEqual([]);
  expect(lookAt(place.at("target"))).toEqual(lookAt(place.at("state")));
});
