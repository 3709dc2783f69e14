import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt, noise } from "../support/trees.ts";

const damageLargestPack = (vault: string): string => {
  const name =
    readdirSync(`${vault}/packs`).toSorted(
      (a, b) => statSync(`${vault}/packs/${b}`).size - statSync(`${vault}/packs/${a}`).size,
    )[0] ?? "";
  const path = `${vault}/packs/${name}`;
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  return name;
};

describe("repair", () => {
  it("saves what is whole, and the next save makes good what is still there", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    for (let at = 0; at < 40; at += 1) writeFileSync(place.at(`state/file-${at}`), noise(100_000, at + 1));
    const vault = await newVault(place.at("vault"));
    const first = await vault.save(everything(place.at("state")), { kind: "full" });
    const pack = damageLargestPack(place.at("vault"));
    const before = await vault.verify("all", { depth: "full" });
    const hurtFiles = before.findings.filter(({ code }) => code === "FILE_DAMAGED").length;
    expect(hurtFiles).toBeGreaterThan(0);
    expect(hurtFiles).toBeLessThan(40);

    const repaired = await vault.repair();
    expect(repaired.quarantined).toEqual([pack]);
    expect(repaired.savedChunks).toBeGreaterThan(repaired.lostChunks);
    expect(repaired.hurt).toEqual([first.snapshot.id]);
    const after = await vault.verify("all", { depth: "full" });
    expect(after.findings.every(({ code }) => code === "FILE_DAMAGED")).toBe(true);

    const second = await vault.save(everything(place.at("state")), { kind: "full" });
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    for (const id of [first.snapshot.id, second.snapshot.id]) {
      await vault.restoreTo(id, place.at(`out-${id}`));
      expect(lookAt(place.at(`out-${id}`))).toEqual(lookAt(place.at("state")));
    }
  });

  it("makes good a database of whose blocks some pages are lost", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    using database = new DatabaseSync(place.at("state/memory.sqlite"));
    database.exec("CREATE TABLE pages(body BLOB); BEGIN");
    const insert = database.prepare("INSERT INTO pages VALUES(?)");
    for (let row = 0; row < 1_200; row += 1) insert.run(noise(3_500, row + 1));
    database.exec("COMMIT");
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "full" });
    damageLargestPack(place.at("vault"));
    expect(await vault.repair()).toMatchObject({ hurt: [snapshot.id] });
    // Nothing is left of it that a repair would take for damage, and a save for what it stores.
    expect(await vault.repair()).toMatchObject({ quarantined: [], lostChunks: 0 });
    await vault.save(everything(place.at("state")), { kind: "full" });
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    await vault.restoreTo(snapshot.id, place.at("out"));
    const bytesOf = (path: string): string => readFileSync(place.at(path), "base64");
    expect(bytesOf("out/memory.sqlite")).toBe(bytesOf("state/memory.sqlite"));
  });

  it("changes nothing in a vault that is whole", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), "x");
    const vault = await newVault(place.at("vault"));
    await vault.save(everything(place.at("state")), { kind: "full" });
    const before = readdirSync(place.at("vault/packs"));
    expect(await vault.repair()).toMatchObject({ quarantined: [], savedChunks: 0, lostChunks: 0, hurt: [] });
    expect(readdirSync(place.at("vault/packs"))).toEqual(before);
  });
});
