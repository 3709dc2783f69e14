import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";

test("A file whose first name goes while it is saved is in the snapshot under its other names", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  writeFileSync(place.at("state/.draft"), "what counts");
  for (const name of ["final", "final-too"]) linkSync(place.at("state/.draft"), place.at(`state/${name}`));
  const vault = await newVault(place.at("vault"));
  const { snapshot, findings } = await vault.save(everything(place.at("state")), {
    kind: "manual",
    onProgress: ({ phase }) => {
      // As a writer does that links what it has written to its name, and then lets the draft go.
      if (phase === "scan") rmSync(place.at("state/.draft"), { force: true });
    },
  });
  expect(findings).toEqual([]);
  const restored = await vault.restoreTo(snapshot.id, place.at("out"));
  expect(restored.findings).toEqual([]);
  expect(readFileSync(place.at("out/final"), "utf8")).toBe("what counts");
  expect(statSync(place.at("out/final-too")).ino).toBe(statSync(place.at("out/final")).ino);
});

test("Other names of a database that cannot be captured are left out with it, and said", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  const database = new DatabaseSync(place.at("state/a.sqlite"));
  database.exec("CREATE TABLE t (x)");
  database.close();
  const bytes = readFileSync(place.at("state/a.sqlite"));
  writeFileSync(place.at("state/a.sqlite"), bytes.fill(0xff, 100, 200));
  linkSync(place.at("state/a.sqlite"), place.at("state/b.sqlite"));
  const vault = await newVault(place.at("vault"));
  const { snapshot, findings } = await vault.save(everything(place.at("state")), { kind: "manual" });
  expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual([
    "DATABASE_NOT_CAPTURED a.sqlite",
    "DATABASE_NOT_CAPTURED b.sqlite",
  ]);
  const restored = await vault.restoreTo(snapshot.id, place.at("out"));
  expect(restored.findings).toEqual([]);
});
