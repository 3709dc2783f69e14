import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { diskStore, openVault, type VaultStore } from "../../../src/core/index.ts";
import { Problem } from "../../../src/ground/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";

/** A store on a disk that cannot read one object any more. */
const failingAt = (store: VaultStore, lost: string): VaultStore => ({
  ...store,
  get: async (key, range) => {
    if (key !== lost) return await store.get(key, range);
    const cause = Object.assign(new Error("i/o error, read"), { code: "EIO" });
    throw new Problem("VAULT_IO", `The vault failed (read ${key}: EIO).`, { cause });
  },
});

test("A pack that the disk cannot read hurts the snapshots that need it, and no other", async () => {
  using place = temporary();
  mkdirSync(place.at("state"));
  writeFileSync(place.at("state/a"), "then");
  const vault = await newVault(place.at("vault"));
  const plan = everything(place.at("state"));
  const first = await vault.save(plan, { kind: "manual" });
  const before = new Set(readdirSync(place.at("vault/packs")));
  writeFileSync(place.at("state/a"), "now, and longer");
  const second = await vault.save(plan, { kind: "manual" });
  const [lost = ""] = readdirSync(place.at("vault/packs")).filter((name) => !before.has(name));

  const store = failingAt(diskStore(place.at("vault")), `packs/${lost}`);
  const failing = await openVault(store, { keys: { keyFile: place.at("vault.key") }, hands: "this-one" });
  expect((await failing.readFile(first.snapshot.id, "a")).toString()).toBe("then");
  const { ok, findings } = await failing.verify("all", { depth: "full" });
  expect(ok).toBe(false);
  expect(new Set(findings.flatMap(({ snapshot }) => snapshot ?? []))).toEqual(new Set([second.snapshot.id]));
  const { snapshots } = await failing.list();
  expect(snapshots.map(({ verifiedAt }) => verifiedAt === null)).toEqual([false, true]);

  // Taken out of use as it lies, for whoever can read it elsewhere.
  expect(await failing.repair()).toMatchObject({ quarantined: [lost], hurt: [second.snapshot.id] });
  expect(readdirSync(place.at("vault/quarantine"))).toEqual([lost]);
  const third = await vault.save(plan, { kind: "manual" });
  expect((await vault.readFile(third.snapshot.id, "a")).toString()).toBe("now, and longer");
});
