import { isMissing } from "../store/disk-store.ts";
import type { TreeOpener } from "../tree/open-tree.ts";
import { readRecord, readRecords } from "../vault/snapshots.ts";
import type { Unlocked } from "../vault/vault.ts";
import { noteVerified } from "./note-verified.ts";
import { verify, type Verified, type VerifyOptions } from "./verify.ts";

/** A collector deletes packs in one go and then none for a while: more often than this it is something else. */
const attempts = 3;

/** All snapshots, or the named ones; what turns out is noted with each. */
export const verifySnapshots = async (
  unlocked: Unlocked,
  trees: TreeOpener,
  ids: readonly string[] | "all",
  options: VerifyOptions,
): Promise<Verified> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await verifyOnce(unlocked, trees, ids, options);
    } catch (error) {
      // What is needed of a pack that was cleared away meanwhile lies in another one now.
      if (!isMissing(error) || attempt === attempts) throw error;
    }
  }
};

const verifyOnce = async (
  { store, master, clock, hands }: Unlocked,
  trees: TreeOpener,
  ids: readonly string[] | "all",
  options: VerifyOptions,
): Promise<Verified> => {
  const read =
    ids === "all"
      ? await readRecords(store, master)
      : { records: await Promise.all(ids.map((id) => readRecord(store, master, id))), findings: [] };
  const verified = await verify(
    { store, master, clock, hands, ...(await trees.open()) },
    read.records,
    options,
  );
  const findings = [...read.findings, ...verified.findings];
  const unnoted =
    options.note === "nothing"
      ? []
      : await noteVerified({ store, master, clock }, read.records, findings, options.depth);
  return {
    ...verified,
    ok: verified.ok && read.findings.length === 0,
    findings: [...findings, ...unnoted],
  };
};
