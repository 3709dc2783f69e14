import type { GatewayPorts, GatewaySettings, Service } from "../clients/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import { stateSource, type StateSource } from "../keeping/index.ts";
import type { Context } from "./cli/command.ts";
import { serviceFor, type FleetSource } from "./fleet-source.ts";
import { gatewayPorts } from "./gateway-ports.ts";

/** What everybody works with who takes something back: one gateway of this machine, and who stops and starts it. */
export type GatewayDesk = {
  readonly settings: GatewaySettings;
  /** As it was given; links are resolved by `live`. */
  readonly stateDir: string;
  readonly service: Service;
  /** It can be stopped and started from here. */
  readonly controllable: boolean;
  readonly ports: GatewayPorts;
  readonly live: () => Promise<StateSource>;
};

export const gatewayDesk = async (
  context: Context,
  fleet: FleetSource,
  settings: GatewaySettings,
): Promise<GatewayDesk> => {
  const { stateDir } = settings;
  if (stateDir === undefined) {
    throw new Problem(
      "STATE_DIR_UNKNOWN",
      `${settings.name} is watched only: its state directory is not known here.`,
      {
        hint: "Run this on the gateway's own machine, or name the directory with --state-dir.",
        exit: ExitCode.usage,
      },
    );
  }
  const vault = (await context.config()).vault.path;
  return {
    settings,
    stateDir,
    service: serviceFor(settings, fleet, context),
    controllable: settings.service.kind !== "none" || fleet.demo !== undefined,
    ports: gatewayPorts(context),
    live: () => stateSource({ stateDir, env: context.env, vault }),
  };
};
