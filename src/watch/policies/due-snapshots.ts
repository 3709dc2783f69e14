import { age } from "../../ground/index.ts";
import { isFiring } from "../alerts/alert.ts";
import type { Change } from "../alerts/evaluate.ts";
import type { Effect } from "../effect.ts";
import type { GatewayModel } from "../gateway-model.ts";
import { inMaintenance } from "../maintenance.ts";
import type { Mark, Model } from "../model.ts";
import { newestBy, type SnapshotKind } from "../snapshot-summary.ts";

type Step = { readonly model: Model; readonly effects: readonly Effect[] };

/** Why a snapshot is due, with the moment of its cause: each cause asks once. */
type Due = {
  readonly cause: SnapshotCause;
  readonly of: number;
  readonly kind: SnapshotKind;
  readonly reason: string;
};

export type SnapshotCause = "incident" | "deploy" | "after-deploy" | "schedule";

/** One of an incident in this time: its second alert would show the same state. */
const incidentEveryMs = 600_000;
/** What failed or was not done is asked for again after this. */
const retryMs = 300_000;
/** A mark is about now; one that was set later than this after the fact asks for nothing. */
const freshMs = 60_000;
/** Asleep or restarted meanwhile, the guard may still be this late for the one after a deploy. */
const lateMs = 600_000;

/** Asks for the snapshots that the policy wants now. At most one of each gateway at a time, the most telling first. */
export const withDueSnapshots = (model: Model, changes: readonly Change[]): Step => {
  const effects: Effect[] = [];
  const gateways = model.gateways.map((gateway) => {
    if (!gateway.identity.local) return gateway;
    const due = dueOf(model, gateway, changes);
    if (due === undefined) return gateway;
    effects.push({
      kind: "take-snapshot",
      gateway: gateway.identity.name,
      as: due.kind,
      reason: due.reason,
    });
    return { ...gateway, asked: { ...gateway.asked, [due.cause]: due.of } };
  });
  return effects.length === 0 ? { model, effects } : { model: { ...model, gateways }, effects };
};

const dueOf = (model: Model, gateway: GatewayModel, changes: readonly Change[]): Due | undefined =>
  ofIncident(model, gateway, changes) ?? ofDeploy(model, gateway) ?? ofSchedule(model, gateway);

const ofIncident = (
  { now, policies }: Model,
  { asked, identity }: GatewayModel,
  changes: readonly Change[],
): Due | undefined => {
  if (!policies.snapshots.onIncident || changes.length === 0) return undefined;
  if (asked.incident !== undefined && now - asked.incident < incidentEveryMs) return undefined;
  const fired = changes.find(
    ({ kind, alert }) =>
      kind === "fired" && alert.gateway === identity.name && isFiring(alert) && alert.priority <= "P1",
  );
  if (fired === undefined) return undefined;
  const { rule, evidence } = fired.alert;
  return { cause: "incident", of: now, kind: "anomaly", reason: `${rule}: ${evidence}` };
};

const ofDeploy = (model: Model, gateway: GatewayModel): Due | undefined => {
  const { now, policies } = model;
  const { afterDeploy, onDeploy } = policies.snapshots;
  const mark = onDeploy ? newestDeploy(model, gateway) : undefined;
  if (mark === undefined) return undefined;
  const since = now - mark.at;
  if (since >= 0 && since < freshMs && gateway.asked.deploy !== mark.at) {
    const newest = newestBy(gateway.snapshots, now);
    const isThere = newest !== undefined && mark.at - newest.at < freshMs;
    if (!isThere)
      return { cause: "deploy", of: mark.at, kind: "pre-op", reason: `at the mark "${mark.text}"` };
  }
  if (afterDeploy === "never" || inMaintenance(model, gateway)) return undefined;
  if (since < afterDeploy || since > afterDeploy + lateMs) return undefined;
  return gateway.asked["after-deploy"] === mark.at
    ? undefined
    : {
        cause: "after-deploy",
        of: mark.at,
        kind: "full",
        reason: `${age(afterDeploy)} after the mark "${mark.text}"`,
      };
};

const newestDeploy = ({ marks, policies }: Model, { identity }: GatewayModel): Mark | undefined =>
  marks.findLast(
    ({ gateway, text }) =>
      (gateway === undefined || gateway === identity.name) &&
      policies.snapshots.deployWords.some((word) => text.toLowerCase().includes(word.toLowerCase())),
  );

const ofSchedule = (model: Model, gateway: GatewayModel): Due | undefined => {
  const { now, policies, vault } = model;
  const { every } = policies.snapshots;
  // Before the vault was listed nobody knows what is there; without a vault none is made in passing.
  if (every === "never" || vault === undefined || inMaintenance(model, gateway)) return undefined;
  const { schedule } = gateway.asked;
  if (schedule !== undefined && now - schedule < Math.min(every, retryMs)) return undefined;
  const newest = newestBy(gateway.snapshots, now);
  if (newest !== undefined && now - newest.at < every) return undefined;
  return { cause: "schedule", of: now, kind: "full", reason: `every ${age(every)}` };
};
