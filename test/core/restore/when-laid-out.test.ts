import { lstatSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { cleanStaged } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { microsecondOf, noise } from "../support/trees.ts";

/** Enough for threads to be worth it. */
const longBytes = 26 << 20;
const databases = ["agents/main/agent/openclaw-agent.sqlite", "state/openclaw.sqlite"];

const stateIn = async (place: ReturnType<typeof temporary>) => {
  const state = place.at("state");
  for (const path of databases) {
    mkdirSync(join(state, path, ".."), { recursive: true });
    using database = new DatabaseSync(join(state, path));
    database.exec("CREATE TABLE state_leases(x); INSERT INTO state_leases VALUES (1), (2)");
  }
  writeFileSync(join(state, "long.bin"), noise(longBytes, 1));
  for (const path of databases) utimesSync(join(state, path, ".."), 1_600_000_000.25, 1_600_000_000.25);
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(state), { kind: "manual" });
  return { vault, id: snapshot.id };
};

const leasesIn = (target: string): readonly unknown[] =>
  databases.map((path) => {
    using database = new DatabaseSync(join(target, path), { readOnly: true });
    return database.prepare("SELECT count(*) AS count FROM state_leases").get()?.["count"];
  });

describe("whoever is told when everything is laid out", () => {
  it("has those who wrote it make its databases ready, and directories get their times after that", async () => {
    using place = temporary();
    const { vault, id } = await stateIn(place);
    const target = place.at("target");
    const cleaned: string[] = [];
    await vault.restoreTo(id, target, {
      whenLaidOut: async (cleaner) => {
        cleaned.push(...(await cleanStaged(target, cleaner)).map(({ path }) => path));
      },
    });
    expect(cleaned.toSorted()).toEqual(databases);
    expect(leasesIn(target)).toEqual([0, 0]);
    const times = databases.map((path) =>
      microsecondOf(lstatSync(join(target, path, ".."), { bigint: true }).mtimeNs),
    );
    expect(times).toEqual([1_600_000_000_250_000n, 1_600_000_000_250_000n]);
  });

  it("may stop it there, and the same command completes it", async () => {
    using place = temporary();
    const { vault, id } = await stateIn(place);
    const target = place.at("target");
    const whenLaidOut = () => Promise.reject(new Error("not like this"));
    await expect(vault.restoreTo(id, target, { whenLaidOut })).rejects.toThrow("not like this");
    const { findings } = await vault.restoreTo(id, target, {
      whenLaidOut: async (cleaner) => void (await cleanStaged(target, cleaner)),
    });
    expect(findings).toEqual([]);
    expect(leasesIn(target)).toEqual([0, 0]);
  });
});
