import type { TreeOpener } from "../tree/open-tree.ts";
import { putNote } from "../vault/notes.ts";
import { readRecords } from "../vault/snapshots.ts";
import type { Unlocked } from "../vault/vault.ts";
import { findDamagedPacks, verify, type VerifyOptions } from "../verify/verify.ts";
import { repairPacks, type Repaired } from "./repair.ts";

export type VaultRepaired = Repaired & {
  /** Snapshots that are not whole. */
  readonly hurt: readonly string[];
};

/** Repairs what can be, and notes with each snapshot that still needs something which is lost. */
export const repairVault = async (
  { store, master, clock, file, hands }: Unlocked,
  trees: TreeOpener,
  options: Omit<VerifyOptions, "depth">,
): Promise<VaultRepaired> => {
  const { records } = await readRecords(store, master);
  const repairOnce = async (): Promise<Repaired> => {
    const context = { store, master, clock, hands, ...(await trees.open()) };
    const packs = await findDamagedPacks(context, options);
    return await repairPacks({ store, master, compression: file.compression }, packs);
  };
  const first = await repairOnce();
  // Only now is it known which recipes, in whatever pack, name pages that are lost. No recipe names another.
  const repaired = first.lostChunks === 0 ? first : together(first, await repairOnce());
  const after = await verify({ store, master, clock, hands, ...(await trees.open()) }, records, {
    ...options,
    depth: "structure",
  });
  const hurt = new Set(after.findings.flatMap(({ snapshot }) => snapshot ?? []));
  for (const id of hurt) await putNote(store, master, id, { kind: "hurt", at: clock.now() });
  return { ...repaired, findings: [...repaired.findings, ...after.findings], hurt: [...hurt] };
};

const together = (first: Repaired, second: Repaired): Repaired => ({
  quarantined: [...first.quarantined, ...second.quarantined],
  // What was saved first and once more is one.
  savedChunks: first.savedChunks - second.lostChunks,
  lostChunks: first.lostChunks + second.lostChunks,
  findings: [...first.findings, ...second.findings],
});
