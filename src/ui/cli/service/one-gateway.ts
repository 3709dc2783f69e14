import type { GatewaySettings } from "../../../clients/index.ts";
import { ExitCode, Problem } from "../../../ground/index.ts";
import type { FleetSource } from "../../fleet-source.ts";

/** A deed is for one gateway, named or the only one: never for whichever comes first. */
export const oneGateway = ({ gateways }: FleetSource, verb: string): GatewaySettings => {
  const [only, ...others] = gateways;
  if (only !== undefined && others.length === 0) return only;
  throw new Problem("USAGE_GATEWAY", `Which gateway? \`service ${verb}\` is for one at a time.`, {
    hint: `Say --gateway NAME: ${gateways.map(({ name }) => name).join(", ")}.`,
    exit: ExitCode.usage,
  });
};
