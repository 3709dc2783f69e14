import { workerData } from "node:worker_threads";
import { PackWriter } from "../pack/pack-writer.ts";
import { diskStore } from "../store/disk-store.ts";
import { serve } from "../system/thread-side.ts";
import type { SaveSetup } from "./save-crew.ts";
import { saveHand } from "./save-hand.ts";

/** One thread of a save, with packs of its own. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own starter put it there
const { directory, master, compression } = workerData as SaveSetup;

serve(saveHand(new PackWriter({ store: diskStore(directory), master, compression }), "own"));
