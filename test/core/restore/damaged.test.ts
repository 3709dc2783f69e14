import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";

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
  spoilFirstFrame(place.at(`vault/packs/${name}`));
  const restored = await vault.restoreTo(snapshot.id, place.at("out"));
  expect(restored.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(["NOT_RESTORED lost"]);
  expect([restored.files, restored.bytes]).toEqual([1, "content".length]);
});

/** A pack's head has 40 bytes, a frame's 12. */
const spoilFirstFrame = (path: string): void => {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, 52, 52 + bytes.readUInt32LE(40)));
};
