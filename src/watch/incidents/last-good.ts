import type { GatewayModel } from "../gateway-model.ts";
import type { SnapshotSummary } from "../snapshot-summary.ts";
import { english, type Sentence } from "../sentences/index.ts";
import type { LastGood } from "./incident.ts";

/** A context this full is not a moment to go back to: the next long turn would not fit. */
const fullAt = 0.8;

/** Before when it must have been taken: the onset of a trouble, or now where none is known. */
export type GoodBefore = { readonly onsetAt: number } | { readonly now: number };

/**
 * The newest snapshot older than the onset that is not known to be damaged, was not taken in trouble, and whose vitals
 * were healthy. One that has been verified is preferred over a newer one that nobody has read back, unless the
 * verified one is more than six hours older.
 */
export const lastGoodOf = (
  gateway: {
    readonly identity: Pick<GatewayModel["identity"], "name">;
    readonly snapshots: GatewayModel["snapshots"];
  },
  before: GoodBefore,
): LastGood | undefined => {
  const latest = "onsetAt" in before ? before.onsetAt : before.now;
  const healthy = gateway.snapshots.filter((each) => each.at < latest && isHealthy(each));
  const newest = healthy[0];
  if (newest === undefined) return undefined;
  const verified = healthy.find((each) => each.verification.kind === "passed");
  const chosen = verified !== undefined && newest.at - verified.at <= preferVerifiedMs ? verified : newest;
  const passed = chosen.verification.kind === "passed" ? chosen.verification : undefined;
  const pressure = chosen.vitals.contextPressure;
  const because: readonly Sentence[] = [
    "onsetAt" in before
      ? { say: "taken-before", beforeMs: latest - chosen.at }
      : { say: "taken-ago", agoMs: latest - chosen.at },
    passed === undefined ? { say: "not-verified" } : { say: "verified-at", at: passed.at },
    pressure === undefined ? { say: "pressure-unknown" } : { say: "pressure-was", pressure },
    { say: "nothing-fired-then" },
  ];
  return {
    gateway: gateway.identity.name,
    snapshot: chosen.id,
    at: chosen.at,
    verified: passed !== undefined,
    reasons: because.map(english),
    said: because,
  };
};

const preferVerifiedMs = 6 * 3_600_000;

const isHealthy = (snapshot: SnapshotSummary): boolean =>
  snapshot.verification.kind !== "damaged" &&
  snapshot.kind !== "anomaly" &&
  snapshot.takenDuring.length === 0 &&
  (snapshot.vitals.contextPressure ?? 0) < fullAt;
