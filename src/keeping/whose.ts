import { realPlace, type SnapshotSummary } from "../core/index.ts";

/** Whose snapshots are meant: a gateway by its name, by its state directory, or by both. */
export type Whose = { readonly name?: string; readonly stateDir?: string };

/**
 * Whether a snapshot is of that gateway. One that was taken without a name goes by the directory it is of: a vault holds
 * those of several gateways, and `latest` of one must never come to be that of another.
 */
export const belongingTo = ({
  name,
  stateDir,
}: Whose): ((snapshot: Pick<SnapshotSummary, "gateway" | "stateDir">) => boolean) => {
  const place = stateDir === undefined ? undefined : realPlace(stateDir);
  return (snapshot) =>
    snapshot.gateway === null || name === undefined ? snapshot.stateDir === place : snapshot.gateway === name;
};
