import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { idHex } from "../../../src/core/chunk/chunk-id.ts";
import { ChunkTable } from "../../../src/core/chunk/chunk-table.ts";
import { blockBytes, makeCutter } from "../../../src/core/chunk/cutter.ts";
import { blockIds, pageIds } from "../../../src/core/database/block-ids.ts";
import type { HeldDatabase } from "../../../src/core/database/capture.ts";
import { pathOfText } from "../../../src/core/manifest/byte-path.ts";
import { idBytes } from "../../../src/core/manifest/entry.ts";
import { chunkFile, type ChunkStore, type Cutting } from "../../../src/core/save/chunk-file.ts";
import { askForBlocks } from "../../../src/core/save/told-blocks.ts";
import { Reach } from "../../../src/core/source/reach.ts";
import { KnownChunks } from "../../../src/core/vault/known-chunks.ts";
import { randomFrom } from "../support/random.ts";

const pageBytes = 4096;

const randomBytes = (length: number, seed: number): Buffer => {
  const random = randomFrom(seed);
  return Buffer.from(Uint8Array.from({ length }, () => random() * 256));
};

/** A vault that only remembers: what each id stands for. */
class Kept {
  readonly chunks = new Map<string, { readonly content: Uint8Array; readonly recipe: boolean }>();
  readonly store: ChunkStore;

  constructor(reach: Reach) {
    this.store = {
      table: new KnownChunks([], ChunkTable.withRoomFor(64)),
      writer: {
        add: (ids, at, content, recipe) => {
          this.chunks.set(idHex(ids, at), { content: Uint8Array.from(content), recipe });
        },
      },
      cutter: makeCutter(),
      reach,
    };
  }

  contentOf(ids: Uint8Array): Buffer {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < ids.length; at += idBytes) {
      const found = this.chunks.get(idHex(ids, at));
      if (found === undefined) throw new Error("an id that was never stored");
      parts.push(found.recipe ? this.contentOf(found.content) : found.content);
    }
    return Buffer.concat(parts);
  }
}

describe("a database by what its holder tells", () => {
  let directory: string;
  let path: string;
  let reach: Reach;
  let kept: Kept;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "clawback-told-"));
    path = join(directory, "database");
    reach = new Reach();
    kept = new Kept(reach);
  });

  afterEach(() => {
    reach[Symbol.dispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  const read = async (cutting: Cutting, from = 0, to = Infinity) => {
    const result = await chunkFile(kept.store, {
      number: 0,
      absolute: pathOfText(path),
      cutting,
      startAt: from,
      endAt: to,
    });
    if (result.kind !== "read") throw new Error(result.reason);
    return result;
  };

  const told = async (to: number): Promise<Cutting> => {
    const file = openSync(path, "r");
    const held: HeldDatabase = {
      blocks: (from, end) => Promise.resolve(blockIds(file, from, end)),
      pages: (blocks, bytes) => Promise.resolve(pageIds(file, blocks, bytes)),
    };
    try {
      const blocks = await askForBlocks(held, kept.store.table, { from: 0, to, pageBytes });
      return { kind: "told", pageBytes, blocks };
    } finally {
      closeSync(file);
    }
  };

  const changed = (bytes: Buffer, ...places: readonly number[]): Buffer => {
    const copy = Buffer.from(bytes);
    for (const place of places) copy.writeUInt8((copy.readUInt8(place) + 1) % 256, place);
    return copy;
  };

  /** A whole number of blocks, one that ends in a page of its own, one that ends within a page. */
  const sizes = [5 * blockBytes, 3 * blockBytes + pageBytes, 3 * blockBytes + 2 * pageBytes + 100];

  it.each(sizes)("is the same as by looking at all of it (%i bytes)", async (size) => {
    const before = randomBytes(size, 1);
    writeFileSync(path, before);
    await read({ kind: "pages", pageBytes });
    const after = Buffer.concat([changed(before, 0, blockBytes + 5, size - 1), randomBytes(blockBytes, 2)]);
    writeFileSync(path, after);
    const known = kept.chunks.size;

    const byTelling = await read(await told(after.length));
    expect(byTelling.bytes).toBe(after.length);
    expect(kept.contentOf(byTelling.ids).equals(after)).toBe(true);
    const added = kept.chunks.size - known;

    const other = new Kept(reach);
    kept = other;
    writeFileSync(path, before);
    await read({ kind: "pages", pageBytes });
    const knownThen = other.chunks.size;
    writeFileSync(path, after);
    const byLooking = await read({ kind: "pages", pageBytes });
    expect(Buffer.from(byTelling.ids)).toEqual(Buffer.from(byLooking.ids));
    expect(added).toBe(other.chunks.size - knownThen);
  });

  it("takes a block that has changed since as it is", async () => {
    const before = randomBytes(4 * blockBytes, 3);
    writeFileSync(path, before);
    await read({ kind: "pages", pageBytes });
    const between = changed(before, blockBytes, 2 * blockBytes + 7);
    writeFileSync(path, between);
    const cutting = await told(between.length);
    const after = changed(between, blockBytes + 1, 2 * blockBytes + 9);
    writeFileSync(path, after);
    const { ids } = await read(cutting);
    expect(kept.contentOf(ids).equals(after)).toBe(true);
    // What was told and is no more must not be taken for something that is there.
    writeFileSync(path, between);
    expect(kept.contentOf((await read({ kind: "pages", pageBytes })).ids).equals(between)).toBe(true);
  });

  it.each([0, 100, pageBytes + 1, 2 * blockBytes, 2 * blockBytes + 100])(
    "ends where a file ends that has become shorter since (%i bytes)",
    async (size) => {
      const before = randomBytes(4 * blockBytes, 4);
      writeFileSync(path, before);
      const cutting = await told(before.length);
      truncateSync(path, size);
      const { ids, bytes } = await read(cutting);
      expect(bytes).toBe(size);
      expect(kept.contentOf(ids).equals(before.subarray(0, size))).toBe(true);
    },
  );

  it("takes nothing over from a file that was shorter while it was looked at", async () => {
    const before = randomBytes(3 * blockBytes, 5);
    writeFileSync(path, before);
    const file = openSync(path, "r");
    try {
      const blocks = await askForBlocks(
        {
          blocks: (from, to) => Promise.resolve(blockIds(file, from, to)),
          pages: (wanted, bytes) => {
            truncateSync(path, blockBytes + 10);
            return Promise.resolve(pageIds(file, wanted, bytes));
          },
        },
        kept.store.table,
        { from: 0, to: before.length, pageBytes },
      );
      const { ids, bytes } = await read({ kind: "told", pageBytes, blocks });
      expect(bytes).toBe(blockBytes + 10);
      expect(kept.contentOf(ids).equals(before.subarray(0, bytes))).toBe(true);
    } finally {
      closeSync(file);
    }
  });
});
