import { limits, type GatewayModel } from "./gateway-model.ts";
import type { Incident } from "./incidents/incident.ts";
import { lastGoodOf } from "./incidents/last-good.ts";
import { withHappeningInIncidents } from "./incidents/timeline.ts";
import { changed, gatewayNamed, type Model } from "./model.ts";
import type { SnapshotSummary, SnapshotVerification } from "./snapshot-summary.ts";

/** What the vault holds of one gateway, as it was listed just now. A listing that brings nothing new changes nothing. */
export const withListing = (model: Model, name: string, listed: readonly SnapshotSummary[]): Model =>
  changed(model, name, (gateway) => {
    const known = new Map(gateway.snapshots.map((each) => [each.id, each]));
    const snapshots = listed
      .toSorted(newestFirst)
      .slice(0, limits.snapshots)
      .map((each) => {
        const before = known.get(each.id);
        if (before === undefined) return { ...each, takenDuring: firingAt(model, gateway, each.at) };
        // The vault only takes back that it was verified; who found the damage knows more.
        const verification = isForgotten(before, each) ? before.verification : each.verification;
        const now = { ...each, verification };
        return isSame(before, now) ? before : { ...now, takenDuring: before.takenDuring };
      });
    const same =
      snapshots.length === gateway.snapshots.length &&
      snapshots.every((each, place) => each === gateway.snapshots[place]);
    return same ? gateway : { ...gateway, snapshots };
  });

export const withTaken = (model: Model, taken: SnapshotSummary): Model =>
  withHappeningInIncidents(
    withSnapshots(model, taken.gateway, (gateway) => ({
      ...gateway,
      snapshots: [
        { ...taken, takenDuring: firingAt(model, gateway, taken.at) },
        ...gateway.snapshots.filter((each) => each.id !== taken.id),
      ]
        .toSorted(newestFirst)
        .slice(0, limits.snapshots),
    })),
    {
      at: taken.at,
      kind: "snapshot",
      gateway: taken.gateway,
      text: `snapshot ${taken.id} (${taken.kind})`,
    },
  );

export const withoutSnapshot = (model: Model, name: string, id: string): Model =>
  withSnapshots(model, name, (gateway) => ({
    ...gateway,
    snapshots: gateway.snapshots.filter((each) => each.id !== id),
  }));

export const withVerified = (
  model: Model,
  name: string,
  id: string,
  verification: SnapshotVerification,
): Model =>
  withSnapshots(model, name, (gateway) => ({
    ...gateway,
    snapshots: gateway.snapshots.map((each) => (each.id === id ? { ...each, verification } : each)),
  }));

/** What snapshots there are decides what the last good one is, in every open incident of the gateway. */
const withSnapshots = (
  model: Model,
  name: string,
  change: (gateway: GatewayModel) => GatewayModel,
): Model => {
  const after = changed(model, name, change);
  const gateway = gatewayNamed(after, name);
  if (after === model || gateway === undefined) return model;
  const concerned = (incident: Incident): boolean =>
    incident.state === "open" && incident.gateways.includes(name);
  if (!after.incidents.some(concerned)) return after;
  return {
    ...after,
    incidents: after.incidents.map((incident) => {
      if (!concerned(incident)) return incident;
      const good = lastGoodOf(gateway, { onsetAt: incident.onset.at });
      const others = incident.lastGood.filter((each) => each.gateway !== name);
      const place = ({ gateway: of }: { readonly gateway: string }): number => incident.gateways.indexOf(of);
      const lastGood = good === undefined ? others : [...others, good];
      return { ...incident, lastGood: lastGood.toSorted((a, b) => place(a) - place(b)) };
    }),
  };
};

/** Later ids break the tie: they are made from the time. */
const newestFirst = (a: SnapshotSummary, b: SnapshotSummary): number =>
  b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

const isForgotten = (before: SnapshotSummary, now: SnapshotSummary): boolean =>
  before.verification.kind === "damaged" && now.verification.kind === "not-yet";

/** What can change about a snapshot after it was taken. */
const isSame = (a: SnapshotSummary, b: SnapshotSummary): boolean =>
  a.name === b.name &&
  a.verification.kind === b.verification.kind &&
  (a.verification.kind === "not-yet" ||
    b.verification.kind === "not-yet" ||
    a.verification.at === b.verification.at);

/** The rules that were firing on a gateway at a moment, as far as anybody watched. */
const firingAt = (model: Model, gateway: GatewayModel, at: number): readonly string[] => {
  const { name } = gateway.identity;
  const rules = new Set<string>();
  for (const alert of [...model.alertHistory, ...gateway.alerts]) {
    if (alert.gateway !== name || alert.firedAt === undefined || alert.firedAt > at) continue;
    if (alert.state === "pending" || (alert.resolvedAt !== undefined && alert.resolvedAt < at)) continue;
    rules.add(alert.rule);
  }
  return [...rules];
};
