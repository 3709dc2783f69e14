import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ChunkTable } from "../../../src/core/chunk/chunk-table.ts";
import { makeCutter } from "../../../src/core/chunk/cutter.ts";
import { pathOfText } from "../../../src/core/manifest/byte-path.ts";
import { chunkFile } from "../../../src/core/save/chunk-file.ts";
import { Reach } from "../../../src/core/source/reach.ts";
import { KnownChunks } from "../../../src/core/vault/known-chunks.ts";
import { Problem } from "../../../src/ground/index.ts";

describe("reading a file into chunks", () => {
  it("ends when the vault fails, which is no fault of the file", async () => {
    const directory = await mkdtemp(join(tmpdir(), "clawback-chunk-"));
    try {
      await writeFile(join(directory, "file"), "content");
      using reach = new Reach();
      const full = {
        add: (): void => {
          throw new Problem("VAULT_DISK_FULL", "No space left.");
        },
      };
      const reading = chunkFile(
        { table: new KnownChunks([], ChunkTable.withRoomFor(16)), writer: full, cutter: makeCutter(), reach },
        {
          number: 0,
          absolute: pathOfText(join(directory, "file")),
          cutting: { kind: "content" },
          startAt: 0,
          endAt: undefined,
        },
      );
      await expect(reading).rejects.toMatchObject({ code: "VAULT_DISK_FULL" });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
