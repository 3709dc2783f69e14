import type { Finding, SaveOptions, SnapshotKind, SnapshotSummary, Vault } from "../core/index.ts";
import { nameRefusal } from "../core/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import type { StateSource } from "./state-source.ts";
import { stateWords, type LiveVitals } from "./state-words.ts";

export type SaveRequest = Pick<SaveOptions, "signal" | "onProgress" | "expiresAt"> & {
  readonly kind: SnapshotKind;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  /** Its name in the configuration. */
  readonly gateway?: string;
  /** Asked only when the gateway answers; absent or undefined: the numbers on disk stand alone. */
  readonly liveVitals?: () => Promise<LiveVitals | undefined>;
};

export type SavedSnapshot = { readonly snapshot: SnapshotSummary; readonly findings: readonly Finding[] };

/** Takes a snapshot of a state directory, with everything that is known of it at that moment. */
export const saveSnapshot = async (
  vault: Vault,
  source: StateSource,
  request: SaveRequest,
): Promise<SavedSnapshot> => {
  const { liveVitals, name, ...options } = request;
  if (name !== undefined) await refuseName(vault, name);
  const live = await liveVitals?.();
  const { snapshot, findings } = await vault.save(source.plan, {
    ...options,
    ...(name === undefined ? {} : { name }),
    describe: (before, filesBelow) =>
      stateWords(source, { before, filesBelow, ...(live === undefined ? {} : { live }) }),
  });
  return { snapshot, findings };
};

/** Before anything is read: a name must mean one snapshot and nothing else. */
const refuseName = async (vault: Vault, name: string): Promise<void> => {
  const refusal = nameRefusal(name);
  if (refusal !== undefined) {
    throw new Problem("SNAPSHOT_NAME", `A snapshot cannot be called ${JSON.stringify(name)}: ${refusal}.`, {
      hint: "For example --name before-update.",
      exit: ExitCode.usage,
    });
  }
  const taken = (await vault.list()).snapshots.find((snapshot) => snapshot.name === name);
  if (taken === undefined) return;
  throw new Problem("SNAPSHOT_NAME_TAKEN", `${taken.id} is called ${name} already.`, {
    hint: "Give this one another name, or delete that one first.",
    exit: ExitCode.usage,
  });
};
