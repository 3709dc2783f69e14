import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Problem, systemClock } from "../../../src/ground/index.ts";
import { diskStore } from "../../../src/core/index.ts";
import type { Finding } from "../../../src/core/findings.ts";
import { PackWriter } from "../../../src/core/pack/pack-writer.ts";
import type { VaultStore } from "../../../src/core/store/blob-store.ts";
import { loadIndex, type ChunkIndex } from "../../../src/core/vault/chunk-index.ts";
import { readRuns } from "../../../src/core/vault/index-cache.ts";
import { openRun } from "../../../src/core/vault/index-run.ts";
import { unlockVault } from "../../../src/core/vault/vault.ts";
import { newVault, temporary } from "../support/places.ts";

type Scene = { readonly store: VaultStore; readonly master: Uint8Array };

const vaultAt = async (place: string): Promise<Scene> => {
  await newVault(place);
  const store = diskStore(place);
  return { store, master: (await unlockVault(store, { keyFile: `${place}.key` }, systemClock)).master };
};

/** A pack of so many chunks; answers their ids. */
const addPack = async ({ store, master }: Scene, chunks: number): Promise<readonly Buffer[]> => {
  const writer = new PackWriter({ store, master, compression: "none" });
  const ids = Array.from({ length: chunks }, () => randomBytes(20));
  for (const id of ids) writer.add(id, 0, id, false);
  await writer.finish();
  return ids;
};

const runsOf = async ({ store }: Scene): Promise<readonly string[]> =>
  (await store.list("cache/")).map(({ key }) => key);

const expectKnown = ({ table, packs }: ChunkIndex, ids: readonly Buffer[]): void => {
  for (const id of ids) {
    const place = table.find(id, 0);
    expect(place?.length).toBe(id.length);
    expect(packs[place?.pack ?? -1]).toMatch(/^[0-9a-f]{32}$/);
  }
};

describe("the cached index", () => {
  test("is written for what is worth it, and read instead of footers from then on", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const few = await addPack(scene, 100);
    expectKnown(await loadIndex(store, master), few);
    expect(await runsOf(scene)).toEqual([]);
    const many = await addPack(scene, 1_500);
    expectKnown(await loadIndex(store, master), [...few, ...many]);
    expect(await runsOf(scene)).toHaveLength(1);
    const footers: string[] = [];
    const watched: VaultStore = {
      ...store,
      get: async (key, range) => {
        footers.push(key);
        return await store.get(key, range);
      },
    };
    expectKnown(await loadIndex(watched, master), [...few, ...many]);
    expect(footers).toEqual([]);
  });

  test("is held once by a process that loads it again after another pack has come", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const many = await addPack(scene, 40_000);
    await loadIndex(store, master);
    const before = await loadIndex(store, master);
    const { runs } = before.table.shared(0);
    const few = await addPack(scene, 100);
    const after = await loadIndex(store, master, { before });
    expectKnown(after, [...many, ...few]);
    expect(after.table.shared(0).runs[0]?.words).toBe(runs[0]?.words);
  });

  test("takes small runs into larger ones, and clears away what was superseded one run later", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const ids = [...(await addPack(scene, 40_000))];
    await loadIndex(store, master);
    const [largest] = await runsOf(scene);
    for (let round = 0; round < 12; round += 1) {
      ids.push(...(await addPack(scene, 1_100)));
      expectKnown(await loadIndex(store, master), ids.slice(-1_100));
    }
    const runs = await runsOf(scene);
    // The large one was not written again, the twelve others lie in few.
    expect(runs).toContain(largest);
    expect(runs.length).toBeLessThan(7);
    const index = await loadIndex(store, master);
    expectKnown(index, ids);
    expect(new Set(index.packs).size).toBe(13);
  });

  test("is not used where a pack of it is gone", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const gone = await addPack(scene, 1_200);
    const [name] = (await store.list("packs/")).map(({ key }) => key);
    const kept = await addPack(scene, 1_200);
    await loadIndex(store, master);
    await store.delete(name ?? "");
    const index = await loadIndex(store, master);
    expectKnown(index, kept);
    for (const id of gone) expect(index.table.has(id, 0)).toBe(false);
  });

  test("leaves out what a collector may be about to delete, and is not written without it", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const announced = await addPack(scene, 1_200);
    const [name = ""] = (await store.list("packs/")).map(({ key }) => key.slice("packs/".length));
    const others = await addPack(scene, 1_200);
    const index = await loadIndex(store, master, { except: new Set([name]) });
    expectKnown(index, others);
    for (const id of announced) expect(index.table.has(id, 0)).toBe(false);
    expect(await runsOf(scene)).toEqual([]);
  });

  test("is made again, and says so, whatever byte of it was changed or cut off", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const ids = await addPack(scene, 1_500);
    await loadIndex(store, master);
    const [key = ""] = await runsOf(scene);
    const path = join(place.at("vault"), key);
    const whole = readFileSync(path);
    const damages = [
      ...Array.from({ length: 60 }, (_, round) => {
        const bytes = Buffer.from(whole);
        const at = round < 48 ? round : Math.floor((whole.length * (round - 48)) / 12) + 3;
        bytes[at] = (bytes[at] ?? 0) ^ 8;
        return bytes;
      }),
      ...[0, 7, 44, 200, whole.length - 1].map((length) => whole.subarray(0, length)),
      Buffer.concat([whole, Buffer.from("x")]),
    ];
    for (const damaged of damages) {
      rmSync(path, { force: true });
      writeFileSync(path, damaged);
      const index = await loadIndex(store, master);
      expect(index.findings.map(({ code }) => code)).toEqual(["INDEX_REBUILT"]);
      expectKnown(index, ids);
      expect(await runsOf(scene)).toEqual([]);
    }
  });

  test("that somebody else has left there, closed to us, keeps nobody from the vault", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const { store, master } = scene;
    const ids = await addPack(scene, 1_500);
    await loadIndex(store, master);
    const [theirs = ""] = await runsOf(scene);
    const closed: VaultStore = {
      ...store,
      peekCache: (key, range) => {
        if (key === theirs) throw new Problem("VAULT_NOT_READABLE", "It cannot be read.");
        return store.peekCache(key, range);
      },
    };
    const index = await loadIndex(closed, master);
    expectKnown(index, ids);
    expect(index.findings).toEqual([]);
    const [ours] = await runsOf(scene);
    expect(await runsOf(scene)).toEqual([ours]);
    expect(ours).not.toBe(theirs);
  });

  test("does not open under another name or as another vault's", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    const other = await vaultAt(place.at("other"));
    await addPack(scene, 1_500);
    await loadIndex(scene.store, scene.master);
    const [key = ""] = await runsOf(scene);
    const bytes = await scene.store.get(key);
    await scene.store.putCache(`${key.slice(0, -1)}x`, [bytes]);
    await other.store.putCache(key, [bytes]);
    const findings: Finding[] = [];
    await readRuns(scene.store, scene.master, new Map(), findings);
    await readRuns(other.store, other.master, new Map(), findings);
    expect(findings).toHaveLength(2);
  });

  test("says what to do when it vanishes between two looks into it", async () => {
    using place = temporary();
    const scene = await vaultAt(place.at("vault"));
    await addPack(scene, 1_500);
    await loadIndex(scene.store, scene.master);
    const [key = ""] = await runsOf(scene);
    const run = openRun(scene.store, scene.master, key);
    await scene.store.delete(key);
    expect(() => run?.read(0, 1, new Uint8Array(16_384))).toThrow("cleared away");
  });
});
