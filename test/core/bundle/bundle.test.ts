import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { diskStore } from "../../../src/core/index.ts";
import { idOf } from "../../../src/core/chunk/chunk-id.ts";
import { idBytes } from "../../../src/core/manifest/entry.ts";
import { encodeBundleHead } from "../../../src/core/bundle/bundle-store.ts";
import { FrameCache } from "../../../src/core/pack/frame-cache.ts";
import { PackWriter } from "../../../src/core/pack/pack-writer.ts";
import { ChunkReader } from "../../../src/core/tree/chunk-reader.ts";
import { loadIndex } from "../../../src/core/vault/chunk-index.ts";
import { forgetIndex } from "../../../src/core/vault/index-cache.ts";
import { unlockVault } from "../../../src/core/vault/vault.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { forgeVault } from "../support/forge.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt, noise } from "../support/trees.ts";

describe("a bundle", () => {
  it("carries snapshots to another vault, with other keys", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/a"), noise(300_000, 1));
    writeFileSync(place.at("state/only-in-the-first"), noise(200_000, 2));
    const source = await newVault(place.at("source"));
    const first = await source.save(everything(place.at("state")), { kind: "full", name: "one" });
    writeFileSync(place.at("state/only-in-the-first"), "changed");
    const second = await source.save(everything(place.at("state")), {
      kind: "manual",
      describe: async () => ({ vitals: { agents: 3 }, sessions: {} }),
    });

    const exported = await source.exportBundle([second.snapshot.id], place.at("carry.bundle"));
    expect(exported.sizeBytes).toBe(statSync(place.at("carry.bundle")).size);
    expect(statSync(place.at("carry.bundle")).mode & 0o777).toBe(0o600);
    expect(exported.sizeBytes, "what only the first needs stays behind").toBeLessThan(400_000);
    expect(readdirSync(place.path).filter((name) => name.includes("part"))).toEqual([]);
    // What a killed export left is in nobody's way.
    writeFileSync(place.at("again.bundle.partial"), "half");
    mkdirSync(place.at("again.bundle.parts"));
    await source.exportBundle([second.snapshot.id], place.at("again.bundle"));
    expect(statSync(place.at("again.bundle")).size).toBeLessThan(400_000);
    await expect(
      source.exportBundle([second.snapshot.id], "/dev/full/none"),
      "a place that takes nothing",
    ).rejects.toMatchObject({ code: "EXPORT_TARGET", exit: 2 });

    const target = await newVault(place.at("target"), { compression: "zstd" });
    const keys = { keyFile: place.at("source.key") };
    const imported = await target.importBundle(place.at("carry.bundle"), keys);
    expect(imported.snapshots).toMatchObject([
      { kind: "manual", vitals: { agents: 3 }, createdAt: second.snapshot.createdAt },
    ]);
    expect((await target.verify("all", { depth: "full" })).findings).toEqual([]);
    await target.restoreTo(imported.snapshots[0]?.id ?? "", place.at("out"));
    expect(lookAt(place.at("out"))).toEqual(lookAt(place.at("state")));

    expect(await target.importBundle(place.at("carry.bundle"), keys)).toMatchObject({
      snapshots: [],
      known: imported.snapshots.map(({ id }) => id),
    });
    // With the recovery key instead of the file, into the vault it came from, after the snapshot was lost there.
    await source.delete([second.snapshot.id]);
    const back = await source.importBundle(place.at("carry.bundle"), {
      recoveryKey: await source.recoveryKey(),
    });
    expect(back.snapshots).toHaveLength(1);
    expect(first.snapshot.id).not.toBe(back.snapshots[0]?.id);
  });

  it("is refused clearly when it is foreign, cut short, hostile or under another key, and the vault stays as it was", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/a"), noise(100_000, 1));
    const source = await newVault(place.at("source"));
    const { snapshot } = await source.save(everything(place.at("state")), { kind: "full" });
    await source.exportBundle([snapshot.id], place.at("good"));
    const keys = { keyFile: place.at("source.key") };
    const target = await newVault(place.at("target"));
    const refuse = async (name: string, code: string, how = keys) => {
      await expect(target.importBundle(place.at(name), how)).rejects.toMatchObject({
        code,
        exit: expect.any(Number),
      });
      expect((await target.list()).snapshots).toEqual([]);
    };

    writeFileSync(place.at("foreign"), "PK\x03\x04 something else entirely");
    await refuse("foreign", "BUNDLE_REFUSED");
    writeFileSync(place.at("empty"), "");
    await refuse("empty", "BUNDLE_REFUSED");
    const size = statSync(place.at("good")).size;
    for (const length of [11, 40, Math.floor(size / 2), size - 1]) {
      copyFileSync(place.at("good"), place.at("short"));
      truncateSync(place.at("short"), length);
      await refuse("short", "BUNDLE_REFUSED");
    }
    const whole = readFileSync(place.at("good"));
    writeFileSync(place.at("long"), Buffer.concat([whole, Buffer.from("more")]));
    await refuse("long", "BUNDLE_REFUSED");
    const table = (objects: unknown) => {
      const json = Buffer.from(JSON.stringify({ version: 1, objects }));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(json.length);
      return Buffer.concat([whole.subarray(0, 8), length, json]);
    };
    writeFileSync(place.at("hostile"), table([{ key: "../../etc/passwd", size: 1 }]));
    await refuse("hostile", "BUNDLE_REFUSED");
    writeFileSync(place.at("hostile"), table([{ key: `packs/${"a".repeat(32)}`, size: 2 ** 52 }]));
    await refuse("hostile", "BUNDLE_REFUSED");
    const huge = Buffer.from(whole);
    huge.writeUInt32LE(0xffff_ffff, 8);
    writeFileSync(place.at("hostile"), huge);
    await refuse("hostile", "BUNDLE_REFUSED");
    // Inside a pack, where only the cipher can tell.
    const flipped = Buffer.from(whole);
    const at = Math.floor(whole.length * 0.6);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    writeFileSync(place.at("flipped"), flipped);
    await refuse("flipped", "BUNDLE_REFUSED");
    await refuse("good", "WRONG_KEY", { keyFile: place.at("target.key") });
    await refuse("missing", "BUNDLE_UNREADABLE");
    await refuse("state", "BUNDLE_REFUSED");
    await expect(source.exportBundle([snapshot.id], place.at("good"))).rejects.toMatchObject({
      code: "EXPORT_TARGET",
    });
  });

  it("is refused when blocks of its databases are not made of the pages they should be", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const database = new DatabaseSync(place.at("state/d.sqlite"));
    database.exec("CREATE TABLE t(x)");
    for (let row = 0; row < 400; row += 1)
      database.prepare("INSERT INTO t VALUES(?)").run(noise(900, row + 1));
    database.close();
    const source = await newVault(place.at("source"));
    const { snapshot } = await source.save(everything(place.at("state")), { kind: "full" });
    await swapPages(place.at("source"));
    await source.exportBundle([snapshot.id], place.at("forged"));
    const target = await newVault(place.at("target"));
    await expect(
      target.importBundle(place.at("forged"), { keyFile: place.at("source.key") }),
    ).rejects.toMatchObject({ code: "BUNDLE_REFUSED", exit: 4 });
    expect((await target.list()).snapshots).toEqual([]);
    // Nothing of it can stand in for what is saved here.
    const own = await target.save(everything(place.at("state")), { kind: "full" });
    expect((await target.restoreTo(own.snapshot.id, place.at("out"))).findings).toEqual([]);
  });

  it("is refused when what it calls a block is more than any restore would take for one", async () => {
    using place = temporary();
    const content = noise(100_000, 3);
    const [half, rest] = [content.subarray(0, 50_000), content.subarray(50_000)];
    const chunks = [half, rest].map((part) => ({ id: idOf(part), content: part, recipe: false }));
    const id = idOf(content);
    const list = { kind: "inline", ids: Uint8Array.from(id) } as const;
    await forgeVault(
      place.at("forged"),
      [
        [
          "a",
          {
            type: "file",
            sizeBytes: content.length,
            content: { layout: "chunks", database: false, list },
          },
        ],
      ],
      {},
      [...chunks, { id, content: Buffer.concat(chunks.map((chunk) => chunk.id)), recipe: true }],
    );
    await bundleAll(place.at("forged"), place.at("hostile.bundle"));
    const target = await newVault(place.at("target"));
    await expect(target.importBundle(place.at("hostile.bundle"), {})).rejects.toMatchObject({
      code: "BUNDLE_REFUSED",
    });
  });

  it("is refused before it is read when an object in it has a size that none has", async () => {
    using place = temporary();
    const size = 2 ** 40;
    writeFileSync(place.at("huge.bundle"), encodeBundleHead([{ key: "vault.json", size }]));
    truncateSync(place.at("huge.bundle"), statSync(place.at("huge.bundle")).size + size);
    const target = await newVault(place.at("target"));
    await expect(target.importBundle(place.at("huge.bundle"), {})).rejects.toMatchObject({
      code: "BUNDLE_REFUSED",
    });
  });

  it("leaves alone what stands beside it under a similar name", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    mkdirSync(place.at("out.bundle.parts"));
    for (const name of ["out.bundle.parts/mine", "out.bundle.partial"]) writeFileSync(place.at(name), "mine");
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "full" });
    await vault.exportBundle([snapshot.id], place.at("out.bundle"));
    for (const name of ["out.bundle.parts/mine", "out.bundle.partial"])
      expect(readFileSync(place.at(name), "utf8")).toBe("mine");
    expect(readdirSync(place.path).toSorted()).toEqual(
      ["out.bundle", "out.bundle.partial", "out.bundle.parts", "state", "vault", "vault.key"].toSorted(),
    );
  });

  it.each([
    { name: { toString: 1 } },
    { tags: "all" },
    { createdAt: "never" },
    { files: -1 },
    { kind: "evil" },
    { createdAt: "0000-06-01T00:00:00Z" },
    { createdAt: "9999-12-31T23:59:59-23:00" },
  ])("is refused when its snapshot says %j of itself", async (summary) => {
    using place = temporary();
    await forgeVault(place.at("forged"), [["a", { type: "directory" }]], summary);
    await bundleAll(place.at("forged"), place.at("hostile.bundle"));
    const target = await newVault(place.at("target"));
    await expect(target.importBundle(place.at("hostile.bundle"), {})).rejects.toMatchObject({
      code: "BUNDLE_REFUSED",
    });
    expect((await target.list()).snapshots).toEqual([]);
  });
});

/** Everything in a vault, as a bundle that nobody has looked into. */
const bundleAll = async (vault: string, bundle: string): Promise<void> => {
  const store = diskStore(vault);
  const keys = ["vault.json", "keys/", "packs/", "snapshots/"];
  const found = (await Promise.all(keys.map((key) => store.list(key)))).flat();
  const objects = found.map(({ key, sizeBytes }) => ({ key, size: sizeBytes }));
  const bodies = await Promise.all(objects.map(({ key }) => store.get(key)));
  writeFileSync(bundle, Buffer.concat([encodeBundleHead(objects), ...bodies]));
};

/** What somebody with the keys of his own vault can do: blocks whose pages are in another order, all properly sealed. */
const swapPages = async (vault: string): Promise<void> => {
  const store = diskStore(vault);
  const { master } = await unlockVault(store, { keyFile: `${vault}.key` }, systemClock);
  const index = await loadIndex(store, master);
  const reader = new ChunkReader(index, new FrameCache(store, master, 16 << 20));
  const old = await store.list("packs/");
  const writer = new PackWriter({ store, master, compression: "lz4" });
  for (const { ids } of index.table.entries()) {
    const id = ids.slice(0, idBytes);
    const place = reader.place(id, 0);
    const content = Uint8Array.from(await reader.stored(place));
    const swapped = Buffer.concat([
      content.subarray(idBytes, 2 * idBytes),
      content.subarray(0, idBytes),
      content.subarray(2 * idBytes),
    ]);
    writer.add(id, 0, place.recipe ? swapped : content, place.recipe);
  }
  await writer.finish();
  for (const { key } of old) await store.delete(key);
  await forgetIndex(store);
};
