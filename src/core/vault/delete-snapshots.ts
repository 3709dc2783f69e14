import { ExitCode, Problem } from "../../ground/index.ts";
import { readStates, removeNotes } from "./notes.ts";
import { removeRecord } from "./snapshots.ts";
import type { Unlocked } from "./vault.ts";

/** All of them or, when one is protected, none. */
export const deleteSnapshots = async ({ store, master }: Unlocked, ids: readonly string[]): Promise<void> => {
  const states = await readStates(store, master);
  const pinned = ids.find((id) => states.get(id)?.protected === true);
  if (pinned !== undefined) {
    throw new Problem("SNAPSHOT_PROTECTED", `The snapshot ${pinned} is protected; nothing was deleted.`, {
      hint: `clawback snapshots unprotect ${pinned} first, if it may really go.`,
      exit: ExitCode.refused,
    });
  }
  for (const id of ids) {
    await removeRecord(store, id);
    await removeNotes(store, id);
  }
  await store.settle("snapshots");
};
