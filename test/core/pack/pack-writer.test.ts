import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/ground/index.ts";
import { idOf } from "../../../src/core/chunk/chunk-id.ts";
import { readFrame, salvagePack } from "../../../src/core/pack/pack-reader.ts";
import { PackWriter } from "../../../src/core/pack/pack-writer.ts";
import type { VaultStore } from "../../../src/core/store/blob-store.ts";
import { diskStore } from "../../../src/core/store/disk-store.ts";
import { temporary } from "../support/places.ts";

/** Half of one write arrives, then the disk is full; later there is room again. */
const fullOnce = (store: VaultStore, failingWrite: number): VaultStore => {
  let writes = 0;
  return {
    ...store,
    draft: () => {
      const draft = store.draft();
      return {
        ...draft,
        write: (parts) => {
          writes += 1;
          if (writes !== failingWrite) {
            draft.write(parts);
            return;
          }
          draft.write(parts.slice(0, 1));
          throw new Problem("VAULT_DISK_FULL", "No space left.");
        },
      };
    },
  };
};

describe("a pack whose write failed half-way", () => {
  it.each([2, 3])("is never published, whatever is added afterwards (write %i)", async (failingWrite) => {
    using place = temporary();
    const store = diskStore(place.path);
    const writer = new PackWriter({
      store: fullOnce(store, failingWrite),
      master: randomBytes(32),
      compression: "none",
    });
    const addFrame = (): void => {
      const content = randomBytes(64 * 1024);
      writer.add(idOf(content), 0, content, false);
      writer.beginManifest();
    };
    for (let frame = 2; frame < failingWrite; frame += 1) addFrame();
    expect(addFrame).toThrow("No space left.");
    expect(addFrame).toThrow("No space left.");
    await expect(writer.finish()).rejects.toThrow("No space left.");
    expect(writer.published).toEqual([]);
    expect(await store.list("packs/")).toEqual([]);
  });
});

describe("a pack that lost its list of contents", () => {
  it("gives what is whole in front of a damaged frame and behind it", async () => {
    using place = temporary();
    const store = diskStore(place.path);
    const master = randomBytes(32);
    const writer = new PackWriter({ store, master, compression: "none" });
    const chunks = Array.from({ length: 3 }, () => randomBytes(900_000));
    for (const chunk of chunks) writer.add(idOf(chunk), 0, chunk, false);
    await writer.finish();
    const [info] = await store.list("packs/");
    if (info === undefined) throw new Error("no pack was published");
    const path = place.at(info.key);
    const bytes = readFileSync(path);
    // In the middle of the second frame, and at the end of all.
    bytes.fill(0, 1_300_000, 1_300_100).fill(0, bytes.length - 20);
    writeFileSync(path, bytes);
    const salvaged = await salvagePack(store, master, info);
    expect(salvaged.frames.map(({ chunkCount }) => chunkCount)).toEqual([1, 0, 1]);
    const last = await readFrame(store, info.key.slice("packs/".length), salvaged, 2);
    expect(Buffer.from(last.subarray(0, 900_000)).equals(chunks[2] ?? Buffer.alloc(0))).toBe(true);
  });
});
