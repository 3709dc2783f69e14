import { CaptureLost, startHolder, type Holder } from "../database/capture.ts";
import type { Finding } from "../findings.ts";
import { pathText } from "../manifest/byte-path.ts";
import type { Sorted } from "./classify.ts";
import type { DatabaseFiles } from "./find-databases.ts";
import { JobList, planDatabase, type ReadFiles, type Resolution } from "./read-database.ts";

const maxAttempts = 3;

export type DatabaseSave = {
  readonly baseScannedAtNs: bigint;
  readonly read: ReadFiles;
  readonly onHeld: () => void;
  /** Started already, for the first attempt. */
  readonly holder: Holder | undefined;
  readonly signal: AbortSignal;
};

/** Whether anything of them changed. */
export const mustBeHeld = (groups: readonly DatabaseFiles[]): boolean =>
  groups.some(
    ({ main, wal }) => main.what.kind === "to-read" || (wal !== undefined && wal.what.kind === "to-read"),
  );

/**
 * All databases as one point in time. Nothing is captured when none of them changed; when one did, every one is held,
 * so that those which did not change are known to belong to the same moment.
 */
export const saveDatabases = async (
  groups: readonly DatabaseFiles[],
  save: DatabaseSave,
): Promise<{
  readonly resolutions: ReadonlyMap<Sorted, Resolution>;
  readonly findings: readonly Finding[];
}> => {
  const resolutions = new Map<Sorted, Resolution>();
  for (const other of groups.flatMap((group) => group.others)) resolutions.set(other, { kind: "dropped" });
  if (!mustBeHeld(groups)) return { resolutions, findings: [] };
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === maxAttempts;
    try {
      return await captureOnce(groups, save, resolutions, { first: attempt === 1, last });
    } catch (error) {
      if (!(error instanceof CaptureLost)) throw error;
      if (!last) continue;
      return {
        resolutions: droppedAll(groups, resolutions),
        findings: groups.map(({ main }) => notCaptured(main, error.message)),
      };
    }
  }
};

const captureOnce = async (
  groups: readonly DatabaseFiles[],
  save: DatabaseSave,
  others: ReadonlyMap<Sorted, Resolution>,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): Promise<{
  readonly resolutions: ReadonlyMap<Sorted, Resolution>;
  readonly findings: readonly Finding[];
}> => {
  const resolutions = new Map(others);
  const findings: Finding[] = [];
  await using holder = first ? (save.holder ?? startHolder()) : startHolder();
  const capture = await holder.hold(
    groups.map(({ main }) => main.item.absolute),
    save.signal,
  );
  save.onHeld();
  const jobs = new JobList();
  const plans = groups.map((group, at) => planDatabase(group, capture.marks[at], save.baseScannedAtNs, jobs));
  const results = await jobs.run(save.read);
  const standing = await capture.confirm();
  plans.forEach((plan, at) => {
    const outcome = plan.settle(results, standing[at] === true);
    if (outcome.failed === undefined) {
      for (const [sorted, resolution] of outcome.resolutions) resolutions.set(sorted, resolution);
      return;
    }
    // What was marked is gone although a fresh attempt may find it: all of them again, to stay one point in time.
    if (outcome.again && !last) throw new CaptureLost(outcome.failed);
    for (const each of [plan.files.main, plan.files.wal])
      if (each !== undefined) resolutions.set(each, { kind: "dropped" });
    findings.push(notCaptured(plan.files.main, outcome.failed));
  });
  return { resolutions, findings };
};

const droppedAll = (
  groups: readonly DatabaseFiles[],
  others: ReadonlyMap<Sorted, Resolution>,
): ReadonlyMap<Sorted, Resolution> => {
  const resolutions = new Map(others);
  for (const { main, wal } of groups) {
    resolutions.set(main, { kind: "dropped" });
    if (wal !== undefined) resolutions.set(wal, { kind: "dropped" });
  }
  return resolutions;
};

const notCaptured = ({ item }: Sorted, reason: string): Finding => ({
  code: "DATABASE_NOT_CAPTURED",
  path: pathText(item.path),
  message: `The database ${pathText(item.path)} is not in the snapshot: ${reason}.`,
  hint: /lock|busy/i.test(reason)
    ? "Another program holds it for itself. Save again when it is done, or leave the file out."
    : "Check the database with `PRAGMA integrity_check`. A plain copy would not be trustworthy, so none was made.",
});
