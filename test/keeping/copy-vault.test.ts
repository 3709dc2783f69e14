import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { diskStore, openVault, type BlobStore } from "../../src/core/index.ts";
import { Problem } from "../../src/ground/index.ts";
import { copyVault } from "../../src/keeping/index.ts";
import { everything, newVault, temporary } from "../core/support/places.ts";

const saved = async (place: ReturnType<typeof temporary>) => {
  mkdirSync(place.at("state"));
  writeFileSync(place.at("state/a"), "content");
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
  return { id: snapshot.id, from: diskStore(place.at("vault")), to: diskStore(place.at("copy")) };
};

test("A vault that lost its keys takes none from its copy", async () => {
  using place = temporary();
  const { id, from, to } = await saved(place);
  await copyVault(from, to);
  for (const name of readdirSync(place.at("vault/keys"))) rmSync(place.at(`vault/keys/${name}`));
  await copyVault(from, to);
  const copy = await openVault(place.at("copy"), { keys: { keyFile: place.at("vault.key") } });
  expect((await copy.readFile(id, "a")).toString()).toBe("content");
});

test("No snapshot is copied before all that it needs, however long a collector is at work", async () => {
  using place = temporary();
  const { from, to } = await saved(place);
  const missing: BlobStore = {
    ...from,
    get: async (key, range) => {
      if (key.startsWith("packs/")) throw new Error("collected a moment ago");
      return await from.get(key, range);
    },
    stat: async (key) => (key.startsWith("packs/") ? undefined : await from.stat(key)),
  };
  await expect(copyVault(missing, to)).rejects.toMatchObject({ code: "COPY_UNSETTLED" });
  expect(await to.list("snapshots/")).toEqual([]);
});

test("A copy whose disk is full says so of the copy, and is gone on with when there is room", async () => {
  using place = temporary();
  const { id, from, to } = await saved(place);
  const full: BlobStore = {
    ...to,
    put: async (key, ...more) => {
      if (key.startsWith("snapshots/"))
        throw new Problem("VAULT_DISK_FULL", "No space.", { hint: "Clean up the vault." });
      return await to.put(key, ...more);
    },
  };
  await expect(copyVault(from, full)).rejects.toMatchObject({
    code: "COPY_FULL",
    message: `No space left for the copy at ${to.name}.`,
    hint: expect.stringContaining("the same command") as string,
  });
  expect(await to.stat("vault.json")).toBeUndefined();
  await copyVault(from, to);
  const copy = await openVault(place.at("copy"), { keys: { keyFile: place.at("vault.key") } });
  expect((await copy.readFile(id, "a")).toString()).toBe("content");
});
