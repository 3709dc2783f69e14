import { workerData } from "node:worker_threads";
import type { RestoreSetup } from "../restore/restore-crew.ts";
import { diskStore } from "../store/disk-store.ts";
import { serve } from "../system/thread-side.ts";
import { KnownChunks } from "../vault/known-chunks.ts";
import { FrameChecker, type FrameAnswer, type FrameJob } from "./check-frames.ts";

/** One thread of a full check. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own starter put it there
const setup = workerData as Omit<RestoreSetup, "places" | "packs">;
const checker = new FrameChecker(
  diskStore(setup.directory),
  setup.master,
  KnownChunks.ofShared(setup.table),
  setup.salvaged,
);

serve<FrameJob, FrameAnswer>((job) => checker.check(job));
