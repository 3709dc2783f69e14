import { workerData } from "node:worker_threads";
import { ChunkTable } from "../chunk/chunk-table.ts";
import { FrameCache } from "../pack/frame-cache.ts";
import { Reach } from "../source/reach.ts";
import { diskStore } from "../store/disk-store.ts";
import { serve } from "../system/thread-side.ts";
import { ChunkReader } from "../tree/chunk-reader.ts";
import type { RestoreAnswer, RestoreSetup } from "./restore-crew.ts";
import { frameCacheBytes, writeAll } from "./restore-crew.ts";
import { FileWriter, type WriteJob } from "./write-file.ts";

/** One thread of a restore: opens frames, writes files, reads them back. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own starter put it there
const setup = workerData as RestoreSetup;
const frames = new FrameCache(diskStore(setup.directory), setup.master, frameCacheBytes);
for (const [pack, opened] of setup.salvaged) frames.adopt(pack, opened);
const reader = new ChunkReader({ table: new ChunkTable(setup.table), packs: setup.packs }, frames);
const writer = new FileWriter(reader, new Reach());

serve<readonly WriteJob[], RestoreAnswer>((jobs) => writeAll(writer, jobs));
