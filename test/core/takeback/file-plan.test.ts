import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everything as whole, planFiles } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";

test("A plan is made of directories whose names begin alike, as the workspaces of several agents do", async () => {
  using place = temporary();
  for (const name of ["workspace", "workspace-dev", "workspace.old"]) {
    mkdirSync(place.at(`state/${name}`), { recursive: true });
    writeFileSync(place.at(`state/${name}/MEMORY.md`), name);
  }
  const vault = await newVault(place.at("vault"));
  const plan = everything(place.at("state"));
  const { snapshot } = await vault.save(plan, { kind: "manual" });
  writeFileSync(place.at("state/workspace-dev/MEMORY.md"), "another");
  const sides = await vault.besideLive(snapshot.id, plan);
  const { same, replaced, written, removed } = planFiles(sides.snapshot, sides.live, whole);
  expect(replaced.map(({ path }) => path)).toEqual(["workspace-dev/MEMORY.md"]);
  expect([same, written.length, removed.length]).toEqual([5, 0, 0]);
});
