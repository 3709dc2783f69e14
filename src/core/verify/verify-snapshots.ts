import type { Tree } from "../tree/open-tree.ts";
import { putNote } from "../vault/notes.ts";
import { readRecord, readRecords } from "../vault/snapshots.ts";
import type { Unlocked } from "../vault/vault.ts";
import { verify, type Verified, type VerifyOptions } from "./verify.ts";

/** All snapshots, or the named ones; what turns out is noted with each. */
export const verifySnapshots = async (
  { store, master, clock }: Unlocked,
  tree: Tree,
  ids: readonly string[] | "all",
  options: VerifyOptions,
): Promise<Verified> => {
  const read =
    ids === "all"
      ? await readRecords(store, master)
      : { records: await Promise.all(ids.map((id) => readRecord(store, master, id))), findings: [] };
  const verified = await verify({ store, master, clock, ...tree }, read.records, options);
  const findings = [...read.findings, ...verified.findings];
  const hurt = new Set(findings.flatMap(({ snapshot }) => snapshot ?? []));
  for (const { summary } of read.records) {
    const at = clock.now();
    if (hurt.has(summary.id)) await putNote(store, master, summary.id, { kind: "hurt", at });
    // A sample that was right says little about the rest.
    else if (options.depth === "full")
      await putNote(store, master, summary.id, { kind: "verified", depth: "full", at });
  }
  return { ...verified, ok: verified.ok && read.findings.length === 0, findings };
};
