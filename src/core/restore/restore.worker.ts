import { workerData } from "node:worker_threads";
import { diskStore } from "../store/disk-store.ts";
import { serve } from "../system/thread-side.ts";
import { KnownChunks } from "../vault/known-chunks.ts";
import { readerOfThread, restoreHand, type RestoreSetup } from "./restore-crew.ts";

/** One thread of a restore. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own starter put it there
const { places, directory, master, table, packs, salvaged } = workerData as RestoreSetup;

const index = { table: KnownChunks.ofShared(table), packs, salvaged };

serve(restoreHand(places, readerOfThread(diskStore(directory), master, index)));
