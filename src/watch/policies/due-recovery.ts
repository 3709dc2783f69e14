import { age } from "../../ground/index.ts";
import type { Effect } from "../effect.ts";
import type { GatewayModel } from "../gateway-model.ts";
import { inMaintenance } from "../maintenance.ts";
import type { Model } from "../model.ts";

type Step = { readonly model: Model; readonly effects: readonly Effect[] };

/**
 * Asks for what the policy allows to be done about a gateway that does not come back. A restart is asked for while the
 * alert stands, never of a gateway in our own hands, and so often and no more: what two restarts did not mend a third
 * one will not.
 */
export const withDueRecovery = (model: Model): Step => {
  if (model.policies.restart.after === "never") return { model, effects: [] };
  const effects: Effect[] = [];
  const gateways = model.gateways.map((gateway) => {
    const reason = reasonToRestart(model, gateway);
    if (reason === undefined) return gateway;
    effects.push({ kind: "recover", gateway: gateway.identity.name, deed: "restart", reason });
    return { ...gateway, restartsAsked: [...recentRestarts(model, gateway), model.now] };
  });
  return effects.length === 0 ? { model, effects } : { model: { ...model, gateways }, effects };
};

/** Somebody stopped it through clawback, to look at it or to restore it, and it has not run since: that is theirs to end. */
const isMeantToRest = ({ operations }: Model, { identity, boots }: GatewayModel): boolean => {
  const last = operations.findLast(
    ({ kind, gateway, ended }) => kind === "service" && gateway === identity.name && ended?.ok === true,
  );
  return last?.step === "stop" && (boots.at(-1)?.at ?? 0) < (last.ended?.at ?? last.startedAt);
};

const recentRestarts = ({ now, policies }: Model, { restartsAsked }: GatewayModel): readonly number[] =>
  restartsAsked.filter((at) => now - at < policies.restart.within);

const reasonToRestart = (model: Model, gateway: GatewayModel): string | undefined => {
  const { now, policies } = model;
  const { attempts, after } = policies.restart;
  const report = gateway.connection;
  if (after === "never" || report === undefined || inMaintenance(model, gateway)) return undefined;
  const { kind } = report.state;
  if (kind !== "down" && kind !== "crashed" && kind !== "frozen") return undefined;
  const alert = gateway.alerts.find(
    ({ rule, state }) => state === "firing" && (rule === "gateway-down" || rule === "gateway-frozen"),
  );
  // Somebody who has acknowledged it is at work on it.
  if (alert === undefined || alert.silencedUntil !== undefined) return undefined;
  if (isMeantToRest(model, gateway)) return undefined;
  const lasted = now - Math.max(report.since, model.awakeSince);
  if (lasted < after) return undefined;
  const recent = recentRestarts(model, gateway);
  const last = recent.at(-1);
  if (recent.length >= attempts || (last !== undefined && now - last < after)) return undefined;
  return `${alert.rule} for ${age(lasted)}, restart ${recent.length + 1} of ${attempts}`;
};
