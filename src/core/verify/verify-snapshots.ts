import type { Tree } from "../tree/open-tree.ts";
import { readRecord, readRecords } from "../vault/snapshots.ts";
import type { Unlocked } from "../vault/vault.ts";
import { noteVerified } from "./note-verified.ts";
import { verify, type Verified, type VerifyOptions } from "./verify.ts";

/** All snapshots, or the named ones; what turns out is noted with each. */
export const verifySnapshots = async (
  { store, master, clock, hands }: Unlocked,
  tree: Tree,
  ids: readonly string[] | "all",
  options: VerifyOptions,
): Promise<Verified> => {
  const read =
    ids === "all"
      ? await readRecords(store, master)
      : { records: await Promise.all(ids.map((id) => readRecord(store, master, id))), findings: [] };
  const verified = await verify({ store, master, clock, hands, ...tree }, read.records, options);
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
