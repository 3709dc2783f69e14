import type { GatewayModel } from "./gateway-model.ts";
import type { Model } from "./model.ts";

/** After our own operation a gateway may boot, reconnect and catch up before it is judged again. */
export const settleMs = 60_000;

/** The gateway is in our own hands, or was a moment ago: what it does now is no outage. */
export const inMaintenance = (model: Model, gateway: GatewayModel): boolean => {
  const state = gateway.connection?.state;
  if (state?.kind === "suspended") return true;
  return model.operations.some(
    (operation) =>
      operation.disturbs &&
      operation.gateway === gateway.identity.name &&
      (operation.ended === undefined || model.now - operation.ended.at < settleMs),
  );
};
