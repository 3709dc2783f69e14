import { workerData } from "node:worker_threads";
import { ChunkTable } from "../chunk/chunk-table.ts";
import { makeCutter } from "../chunk/cutter.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import { Reach } from "../source/reach.ts";
import { diskStore } from "../store/disk-store.ts";
import { serve } from "../system/thread-side.ts";
import { chunkFiles } from "./chunk-file.ts";
import type { SaveAnswer, SaveJob, SaveSetup } from "./save-crew.ts";

/** One thread of a save: the whole way from a file to a pack of its own. Only the table of known chunks is shared. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own starter put it there
const setup = workerData as SaveSetup;
const writer = new PackWriter({
  store: diskStore(setup.directory),
  master: setup.master,
  compression: setup.compression,
});
const tools = { writer, cutter: makeCutter(), reach: new Reach() };
let table: ChunkTable | undefined;

serve<SaveJob, SaveAnswer>(async (job) => {
  switch (job.kind) {
    case "begin":
      table = new ChunkTable(job.table);
      return { kind: "begun" };
    case "read":
      if (table === undefined) throw new Error("a thread was asked to read before it was told to begin");
      return { kind: "read", results: await chunkFiles({ ...tools, table }, job.jobs) };
    case "finish":
      writer.finish();
      return {
        kind: "written",
        packs: writer.published,
        newBytes: writer.newBytes,
        storedBytes: writer.storedBytes,
      };
    case "discard":
      writer.discard();
      return { kind: "written", packs: writer.published, newBytes: 0, storedBytes: 0 };
  }
});
