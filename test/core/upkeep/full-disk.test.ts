import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diskStore, initVault, openVault, type Vault } from "../../../src/core/index.ts";
import { Problem, systemClock } from "../../../src/ground/index.ts";
import type { VaultStore } from "../../../src/core/store/blob-store.ts";
import { everything, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

const full = (code: string) => new Problem(code, "No space left.");

/** A disk with no room for anything but what a deletion has just made room for. An empty file takes none. */
const brimful = (store: VaultStore): VaultStore => {
  let room = 0;
  return {
    ...store,
    put: async (key, body, options) => {
      const needed = body.some((part) => part.length > 0) ? 1 : 0;
      // Even the name of an empty file needs room in its directory at times.
      if (room <= 0) throw full("VAULT_DISK_FULL");
      room -= needed;
      return await store.put(key, body, options);
    },
    draft: () => {
      throw full("VAULT_DISK_FULL");
    },
    putCache: async () => {
      throw full("VAULT_DISK_FULL");
    },
    delete: async (key) => {
      if ((await store.stat(key)) !== undefined) room += 1;
      await store.delete(key);
    },
  };
};

/** One that cannot be written at all. */
const readOnly = (store: VaultStore): VaultStore => {
  const refuse = async () => {
    throw full("VAULT_NOT_WRITABLE");
  };
  return { ...store, put: refuse, putCache: refuse, delete: refuse };
};

const twoSnapshots = async (place: ReturnType<typeof temporary>): Promise<readonly [string, string]> => {
  mkdirSync(place.at("state"));
  await initVault(diskStore(place.at("vault")), { keyFile: place.at("key") });
  const vault = await openAs(place, (store) => store);
  writeFileSync(place.at("state/file"), noise(300_000, 1));
  const first = await vault.save(everything(place.at("state")), { kind: "full" });
  writeFileSync(place.at("state/file"), noise(300_000, 2));
  const second = await vault.save(everything(place.at("state")), { kind: "full" });
  return [first.snapshot.id, second.snapshot.id];
};

const openAs = (
  place: ReturnType<typeof temporary>,
  how: (store: VaultStore) => VaultStore,
  aheadMs = 0,
): Promise<Vault> =>
  openVault(how(diskStore(place.at("vault"))), {
    keys: { keyFile: place.at("key") },
    clock: { ...systemClock, now: () => Date.now() + aheadMs },
  });

describe("a vault on a disk that is full", () => {
  it("refuses to save, and can be read, checked and made smaller", async () => {
    using place = temporary();
    const [first, second] = await twoSnapshots(place);
    const disk = brimful(diskStore(place.at("vault")));
    const vault = await openAs(place, () => disk);
    writeFileSync(place.at("state/file"), noise(300_000, 3));
    await expect(vault.save(everything(place.at("state")), { kind: "full" })).rejects.toMatchObject({
      code: "VAULT_DISK_FULL",
      exit: 1,
    });
    const verified = await vault.verify("all", { depth: "full" });
    expect(verified).toMatchObject({ ok: true, findings: [{ code: "NOT_NOTED" }] });

    await vault.delete([first]);
    expect((await vault.list()).snapshots.map(({ id }) => id)).toEqual([second]);
    expect((await vault.list()).deleted).toEqual([first]);
    const before = (await vault.stats()).packs;
    expect(await vault.collect()).toMatchObject({ deletedPacks: 0, waitingPacks: 1 });
    const hour = 61 * 60_000;
    expect(await (await openAs(place, () => disk, hour)).collect()).toMatchObject({ announcedPacks: 1 });
    expect(await (await openAs(place, () => disk, hour + 16 * 60_000)).collect()).toMatchObject({
      deletedPacks: 1,
    });
    expect((await vault.stats()).packs).toBe(before - 1);
    expect((await vault.verify("all", { depth: "full" })).ok).toBe(true);
  });
});

describe("a vault that cannot be written", () => {
  it("can be checked, and says that the result could not be kept", async () => {
    using place = temporary();
    await twoSnapshots(place);
    const vault = await openAs(place, readOnly);
    const verified = await vault.verify("all", { depth: "full" });
    expect(verified).toMatchObject({ ok: true, findings: [{ code: "NOT_NOTED" }] });
    expect(verified.checkedBytes).toBeGreaterThan(500_000);
  });

  it("stays as it is, to the name, when a check is told to change nothing", async () => {
    using place = temporary();
    await twoSnapshots(place);
    const names = () =>
      readdirSync(place.at("vault"), { recursive: true, encoding: "utf8" }).toSorted((a, b) =>
        a < b ? -1 : 1,
      );
    const before = names();
    const vault = await openAs(place, (store) => store);
    expect(await vault.verify("all", { depth: "full", note: "nothing" })).toMatchObject({ ok: true });
    expect(names()).toEqual(before);
  });
});
