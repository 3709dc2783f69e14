import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nextToGo, planCleanup, rulesOf } from "../../src/keeping/index.ts";
import { everything, newVault, temporary } from "../core/support/places.ts";

test("A snapshot that a check found damaged takes the place of no whole one", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  const vault = await newVault(place.at("vault"));
  const plan = everything(place.at("state"));
  writeFileSync(place.at("state/a"), "then");
  const whole = await vault.save(plan, { kind: "manual" });
  const before = new Set(readdirSync(place.at("vault/packs")));
  writeFileSync(place.at("state/a"), "now, and longer");
  const hurt = await vault.save(plan, { kind: "manual" });
  for (const name of readdirSync(place.at("vault/packs")))
    if (!before.has(name)) writeFileSync(place.at(`vault/packs/${name}`), "spoiled");
  await vault.verify("all", { depth: "structure" });
  const { keep, remove } = planCleanup(await vault.list(), { keepLast: 1 }, Date.now());
  expect(remove).toEqual([]);
  expect(keep.map(({ snapshot, verdict }) => [snapshot.id, verdict.keep[0]?.kind])).toEqual([
    [hurt.snapshot.id, "damaged"],
    [whole.snapshot.id, "last"],
  ]);
});

test("What goes next is what stays for its age alone", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  const vault = await newVault(place.at("vault"));
  const plan = everything(place.at("state"));
  const taken: string[] = [];
  for (const text of ["one", "two", "three"]) {
    writeFileSync(place.at("state/a"), text);
    taken.push((await vault.save(plan, { kind: "manual" })).snapshot.id);
  }
  const [first = "", second = "", third = ""] = taken;
  const { snapshots, hurt } = await vault.list();
  const at = (id: string): number => Date.parse(snapshots.find((each) => each.id === id)?.createdAt ?? "");
  const listed = snapshots.map((each) => ({ ...each, protected: each.id === first }));
  const rules = rulesOf("2h");
  expect(nextToGo({ snapshots: listed, hurt }, rules, at(third))).toEqual({
    id: second,
    at: at(second) + 7_200_000,
  });
  // The newest of all stays whatever its age.
  const alone = snapshots.filter(({ id }) => id === third);
  expect(nextToGo({ snapshots: alone, hurt }, rules, at(third))).toBeUndefined();
});
