import { gatewayHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";

/** Why nothing may be changed here; undefined when it may. Nothing is hidden for it: the key says why instead. */
export const readOnlyReason = (model: ConsoleModel): string | undefined => {
  const { readOnly, texts } = model.setting;
  if (readOnly.all) return texts.keys.readOnly;
  const name = gatewayHere(model)?.identity.name;
  return name !== undefined && readOnly.gateways.has(name) ? texts.keys.readOnlyGateway(name) : undefined;
};
