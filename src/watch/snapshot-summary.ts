/** What the watch needs to know of a snapshot. The vault knows the rest. */
export type SnapshotKind = "critical" | "full" | "anomaly" | "manual" | "pre-op" | "pre-restore";

export type SnapshotSummary = {
  readonly id: string;
  readonly gateway: string;
  readonly at: number;
  readonly kind: SnapshotKind;
  readonly name?: string;
  readonly bytes?: number;
  readonly newBytes?: number;
  readonly verification: SnapshotVerification;
  /** Numbers of the moment it was taken; absent ones were not known. */
  readonly vitals: {
    readonly contextPressure?: number;
    readonly contextUsage?: number;
    readonly sessions?: number;
    readonly agents?: number;
  };
  /** Alerts that were firing on this gateway when it was taken, as far as we were watching. */
  readonly takenDuring: readonly string[];
};

/** Another process's clock may be this much ahead of our last tick. */
const aheadMs = 60_000;

/**
 * The newest of what is ordered newest first; one that was taken while the clock was ahead says nothing of how long ago
 * the last one was taken.
 */
export const newestBy = (snapshots: readonly SnapshotSummary[], now: number): SnapshotSummary | undefined =>
  snapshots.find(({ at }) => at <= now + aheadMs);

export type SnapshotVerification =
  | { readonly kind: "not-yet" }
  | { readonly kind: "passed"; readonly at: number }
  | { readonly kind: "damaged"; readonly at: number; readonly findings: number };
