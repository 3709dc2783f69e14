import type { SnapshotSummary } from "../../core/index.ts";
import { lastGoodOf, type GoodBefore } from "../incidents/last-good.ts";
import type { LastGood } from "../incidents/incident.ts";
import { summaryOf } from "./vault.ts";

/**
 * The newest healthy snapshot before the trouble, or of all, of the gateway that has the newest one when there are several: for
 * who looks at the vault without watching. Snapshots of a state directory that has no name go by its path. `all`: they
 * are all of this one.
 */
export const lastGoodIn = (
  snapshots: readonly SnapshotSummary[],
  before: GoodBefore,
  all?: string,
): LastGood | undefined => {
  const newestFirst = snapshots
    .map((snapshot) => summaryOf(snapshot, all ?? snapshot.gateway ?? snapshot.stateDir))
    .toSorted((a, b) => b.at - a.at);
  const name = newestFirst[0]?.gateway;
  if (name === undefined) return undefined;
  return lastGoodOf(
    { identity: { name }, snapshots: newestFirst.filter(({ gateway }) => gateway === name) },
    before,
  );
};
