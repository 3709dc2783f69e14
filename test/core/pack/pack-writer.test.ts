import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/ground/index.ts";
import { idOf } from "../../../src/core/chunk/chunk-id.ts";
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
