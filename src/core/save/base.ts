import { isWorthReadingAgain } from "../source/attributes.ts";
import type { SourcePlan } from "../source/plan.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { Overtaken } from "../upkeep/marks.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { snapshotKey } from "../vault/snapshots.ts";
import type { Attempt } from "./save-options.ts";

/**
 * What a save builds on: the newest snapshot of the same directories whose list of files is not known to be lost, unless
 * all of it is worth reading again.
 */
export const baseFor = async (
  { newestFirst, plan, signal }: Attempt,
  lost: ReadonlySet<string>,
): Promise<SnapshotRecord | undefined> => {
  const wanted = rootsKey(plan.roots);
  for await (const record of newestFirst())
    if (rootsKey(record.roots) === wanted && !lost.has(record.summary.id))
      return (await isWorthReadingAgain(record, signal)) ? undefined : record;
  return undefined;
};

export const refuseWithoutBase = async (
  store: VaultStore,
  base: SnapshotRecord | undefined,
): Promise<void> => {
  if (base === undefined) return;
  if ((await store.stat(snapshotKey(base.summary.id))) === undefined) throw new Overtaken();
};

const rootsKey = (roots: SourcePlan["roots"]): string =>
  JSON.stringify(
    roots.map(({ prefix, path }) => ({ prefix, path })).toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1)),
  );

/** The list of files of the snapshot that this one would build on is damaged or gone: an older one has to do, or none. */
export class BaseLost extends Error {
  override readonly name = "BaseLost";
  readonly id: string;

  constructor(id: string, cause: unknown) {
    super(`the list of files of ${id} cannot be read`, { cause });
    this.id = id;
  }
}
