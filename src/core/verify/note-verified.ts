import { isProblem, type Clock } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { putNote } from "../vault/notes.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import type { VerifyDepth } from "./verify.ts";

/**
 * Keeps what a check found with each snapshot. A vault on a medium that takes no writing, or with no room left, can be
 * checked all the same: that nothing could be noted is then one finding more, and no damage.
 */
export const noteVerified = async (
  {
    store,
    master,
    clock,
  }: { readonly store: VaultStore; readonly master: Uint8Array; readonly clock: Clock },
  records: readonly SnapshotRecord[],
  findings: readonly Finding[],
  depth: VerifyDepth,
): Promise<readonly Finding[]> => {
  const hurt = new Set(findings.flatMap(({ snapshot }) => snapshot ?? []));
  try {
    for (const { summary } of records) {
      const at = clock.now();
      if (hurt.has(summary.id)) await putNote(store, master, summary.id, { kind: "hurt", at });
      // A sample that was right says little about the rest.
      else if (depth === "full")
        await putNote(store, master, summary.id, { kind: "verified", depth: "full", at });
    }
    return [];
  } catch (error) {
    if (!isProblem(error) || !unwritable.has(error.code)) throw error;
    return [
      {
        code: "NOT_NOTED",
        message: `What was found could not be noted in the vault: ${error.message}`,
        hint: "The check itself is not touched by it; the snapshots show as verified when they were before.",
      },
    ];
  }
};

const unwritable: ReadonlySet<string> = new Set(["VAULT_DISK_FULL", "VAULT_NOT_WRITABLE"]);
