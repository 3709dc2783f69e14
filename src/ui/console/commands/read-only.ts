import { gatewayHere } from "../lists/gateways.ts";
import type { ConsoleModel, Setting } from "../state/model.ts";

/** Why nothing may be changed here; undefined when it may. Nothing is hidden for it: the key says why instead. */
export const readOnlyReason = (model: ConsoleModel): string | undefined =>
  readOnlyOf(model.setting, gatewayHere(model)?.identity.name);

/** The same of one gateway, or of what belongs to none. */
export const readOnlyOf = ({ readOnly, texts }: Setting, gateway: string | undefined): string | undefined => {
  if (readOnly.all) return texts.keys.readOnly;
  return gateway !== undefined && readOnly.gateways.has(gateway)
    ? texts.keys.readOnlyGateway(gateway)
    : undefined;
};
