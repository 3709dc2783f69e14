import { conditionIn } from "../../../watch/index.ts";
import { tellIn } from "../language/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";

/** Why a part of this gateway is empty: of one that is not heard, what keeps it from us says more than that it is. */
export const orUnheard = (model: ConsoleModel, empty: string): string => {
  const gateway = gatewayHere(model);
  if (gateway?.connection === undefined || gateway.connection.state.kind === "up") return empty;
  const { texts } = model.setting;
  const [reason] = conditionIn(model.watch, gateway).reasons;
  return reason === undefined ? empty : `${empty}${texts.words.semicolon}${tellIn(texts, reason)}`;
};
