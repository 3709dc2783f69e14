import type { GatewayModel } from "./gateway-model.ts";
import type { Model, Operation } from "./model.ts";

/** After our own operation a gateway may boot, reconnect and catch up before it is judged again. */
export const settleMs = 60_000;

/**
 * A gateway may drain for five and a half minutes and take three to start. An operation that is not over long after that
 * hangs, or its process was killed without a word: then what the gateway does is an outage again.
 */
const patienceMs = ({ expectedMs = 0 }: Operation): number => Math.max(15 * 60_000, 3 * expectedMs);

/** What we are at work on it with, the newest of it; one that should long be over counts for nothing. */
export const workOn = (model: Model, gateway: GatewayModel): Operation | undefined =>
  model.operations.findLast(
    (operation) =>
      operation.ended === undefined &&
      isOn(operation, gateway) &&
      model.now - operation.startedAt < patienceMs(operation),
  );

/** The gateway is in our own hands, or was a moment ago: what it does now is no outage. */
export const inMaintenance = (model: Model, gateway: GatewayModel): boolean =>
  gateway.connection?.state.kind === "suspended" ||
  workOn(model, gateway) !== undefined ||
  model.operations.some(
    (operation) =>
      isOn(operation, gateway) && operation.ended !== undefined && model.now - operation.ended.at < settleMs,
  );

/**
 * When it is judged again after what we did to it; undefined where nothing of ours has just ended. Until then its alerts
 * stand as they stood before, and say nothing of how it is since.
 */
export const settlesAt = (model: Model, gateway: GatewayModel): number | undefined => {
  let at: number | undefined;
  for (const operation of model.operations) {
    if (!isOn(operation, gateway)) continue;
    if (operation.ended === undefined) return undefined;
    const until = operation.ended.at + settleMs;
    if (until > model.now && (at === undefined || until > at)) at = until;
  }
  return at;
};

/**
 * From when on its rules judge a gateway that we are, or just were, at work on; undefined where they judge it now. Until
 * then that no alert fires says nothing.
 */
export const judgedFrom = (model: Model, gateway: GatewayModel): number | "when-over" | undefined =>
  inMaintenance(model, gateway) ? (settlesAt(model, gateway) ?? "when-over") : undefined;

const isOn = ({ disturbs, gateway: name }: Operation, { identity }: GatewayModel): boolean =>
  disturbs && name === identity.name;
