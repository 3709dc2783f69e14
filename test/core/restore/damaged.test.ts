import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

test("What could not be restored counts neither as a file nor by its bytes", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  writeFileSync(place.at("state/whole"), "content");
  const vault = await newVault(place.at("vault"));
  const plan = everything(place.at("state"));
  await vault.save(plan, { kind: "manual" });
  const before = new Set(readdirSync(place.at("vault/packs")));
  writeFileSync(place.at("state/lost"), "lost with its pack");
  const { snapshot } = await vault.save(plan, { kind: "manual" });
  // The list of files lies in the same pack, behind the content.
  const [name = ""] = readdirSync(place.at("vault/packs")).filter((each) => !before.has(each));
  spoilFrame(place.at(`vault/packs/${name}`), 0);
  const restored = await vault.restoreTo(snapshot.id, place.at("out"));
  expect(restored.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(["NOT_RESTORED lost"]);
  expect([restored.files, restored.bytes]).toEqual([1, "content".length]);
});

test("Of a file that breaks off half-way nothing is left under its name", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  // Its first frame is whole; the last one of its pack is not.
  writeFileSync(place.at("state/long"), noise(3 * 1024 * 1024, 5));
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
  const [name = ""] = readdirSync(place.at("vault/packs"));
  spoilFrame(place.at(`vault/packs/${name}`), 2);
  const restored = await vault.restoreTo(snapshot.id, place.at("out"));
  expect(restored.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(["NOT_RESTORED long"]);
  expect(readdirSync(place.at("out"))).not.toContain("long");
});

/** A pack's head has 40 bytes, a frame's 12, its tag 16. */
const spoilFrame = (path: string, number: number): void => {
  const bytes = readFileSync(path);
  let at = 40;
  for (let each = 0; each < number; each += 1) at += 12 + bytes.readUInt32LE(at) + 16;
  writeFileSync(path, bytes.fill(0, at + 12, at + 12 + bytes.readUInt32LE(at)));
};
