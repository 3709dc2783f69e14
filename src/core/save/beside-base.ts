import { isBesideAnother, type Seen } from "../source/scan-digest.ts";
import type { Scan } from "../source/scan.ts";
import { isLoss } from "../tree/loss.ts";
import { segmentsAt } from "../tree/read-tree.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { BaseLost } from "./base.ts";
import { isUnchanged, sortOut, type Sorted } from "./classify.ts";
import { findDatabases, type DatabaseFiles } from "./find-databases.ts";
import type { LazyIndex } from "./lazy-index.ts";
import { nothingTaken, takeOver, type TakenOver } from "./take-over.ts";

/** What a walk has seen, put beside what the last snapshot has of it. */
export type BesideBase = {
  readonly taken: TakenOver;
  /** All that was not taken over as it is. */
  readonly sorted: readonly Sorted[];
  /** Which of the items each of them is. */
  readonly at: readonly number[];
  readonly databases: readonly DatabaseFiles[];
  /** Without what SQLite makes again by itself. */
  readonly kept: readonly Sorted[];
  /** Whether the snapshot will hold everything that was seen, so that a later walk may believe in it. */
  readonly holdsAll: boolean;
};

export const besideBase = async (
  base: SnapshotRecord | undefined,
  index: LazyIndex,
  { items, findings, seen }: Scan & { readonly seen: Seen },
): Promise<BesideBase> => {
  const { taken, sorted, at } = await sortOutBeside(base, index, items, seen).catch((error: unknown) => {
    throw base !== undefined && isLoss(error) ? new BaseLost(base.summary.id, error) : error;
  });
  const databases = findDatabases(sorted);
  const droppable = new Set(databases.flatMap(({ others }) => others));
  return {
    taken,
    sorted,
    at,
    databases,
    kept: sorted.filter((each) => !droppable.has(each)),
    holdsAll:
      findings.length === 0 &&
      sorted.every((each, number) => droppable.has(each) || !isBesideAnother(items, at[number] ?? 0)),
  };
};

/** Whether nothing has changed, though something was touched. */
export const isAsBefore = (base: SnapshotRecord, { taken, kept }: BesideBase): boolean =>
  kept.length + taken.entries === base.entries && kept.every(isUnchanged);

/** Takes over what can be as it is, and puts the rest beside what the last snapshot has of it. */
const sortOutBeside = async (
  base: SnapshotRecord | undefined,
  index: LazyIndex,
  items: Scan["items"],
  { parts }: Seen,
): Promise<Pick<BesideBase, "taken" | "sorted" | "at">> => {
  const reader = base === undefined ? undefined : await index.reader();
  const taken =
    base === undefined || reader === undefined ? nothingTaken : await takeOver(reader, base, items, parts);
  const at: number[] = [];
  for (const [number, { from, to }] of parts.entries())
    if (!taken.segments.has(number)) for (let each = from; each < to; each += 1) at.push(each);
  const sorted = await sortOut(
    at.length === items.length ? items : at.flatMap((each) => items[each] ?? []),
    reader === undefined ? undefined : segmentsAt(reader, taken.others),
    base?.scannedAtNs ?? 0n,
  );
  return { taken, sorted, at };
};
