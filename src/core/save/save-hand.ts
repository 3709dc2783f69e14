import { makeCutter } from "../chunk/cutter.ts";
import type { PackWriter } from "../pack/pack-writer.ts";
import { Reach } from "../source/reach.ts";
import type { Hand } from "../system/threads.ts";
import { KnownChunks } from "../vault/known-chunks.ts";
import { chunkFiles, type ChunkStore } from "./chunk-file.ts";
import type { SaveAnswer, SaveJob } from "./save-crew.ts";

/**
 * Goes the whole way from a file to a pack. Only the table of known chunks is shared with other hands. A writer of its
 * own it finishes or discards; that of the save goes on, with the manifest.
 */
export const saveHand = (
  writer: PackWriter,
  whose: "own" | "of-the-save",
  known: () => KnownChunks | undefined = () => undefined,
): Hand<SaveJob, SaveAnswer> => {
  const reach = new Reach();
  let tools: ChunkStore | undefined;
  return async (job) => {
    switch (job.kind) {
      case "begin": {
        const table = known() ?? (job.table === undefined ? undefined : KnownChunks.ofShared(job.table));
        if (table !== undefined) tools = { table, writer, cutter: makeCutter(), reach };
        return { kind: "begun" };
      }
      case "read":
        if (tools === undefined) throw new Error("a hand was asked to read before it was told to begin");
        return { kind: "read", results: await chunkFiles(tools, job.jobs) };
      case "finish":
        reach[Symbol.dispose]();
        if (whose === "of-the-save") return nothingWritten;
        await writer.finish();
        return {
          kind: "written",
          published: writer.published,
          newBytes: writer.newBytes,
          storedBytes: writer.storedBytes,
        };
      case "discard":
        reach[Symbol.dispose]();
        if (whose === "own") await writer.discard();
        return nothingWritten;
    }
  };
};

const nothingWritten: SaveAnswer = { kind: "written", published: [], newBytes: 0, storedBytes: 0 };
