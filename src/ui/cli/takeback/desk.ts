import type { GatewayPorts, GatewaySettings, Service } from "../../../clients/index.ts";
import { realPlace, type Vault } from "../../../core/index.ts";
import { ExitCode, isProblem, Problem, shellWord } from "../../../ground/index.ts";
import { stateSource, type StateSource } from "../../../keeping/index.ts";
import { refuseUnsettled } from "../../recover-restores.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { openFleet, serviceFor, type FleetSource } from "../../fleet-source.ts";
import { gatewayPorts } from "../../gateway-ports.ts";
import type { Context } from "../command.ts";

/** What every command that takes something back works with: one gateway of this machine. */
export type Desk = AsyncDisposable & {
  readonly fleet: FleetSource;
  readonly settings: GatewaySettings;
  readonly stateDir: string;
  readonly service: Service;
  /** It can be stopped and started from here. */
  readonly controllable: boolean;
  readonly ports: GatewayPorts;
  readonly live: () => Promise<StateSource>;
  /** One is in place, and waits to be accepted or rolled back. */
  readonly waits: string | undefined;
};

export const openDesk = async (context: Context): Promise<Desk> => {
  const fleet = await openFleet(context);
  try {
    const settings = theOne(fleet);
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
    const live = (): Promise<StateSource> => stateSource({ stateDir, env: context.env, vault });
    refuseUnsettled(fleet.recovered, stateDir);
    return {
      fleet,
      settings,
      stateDir: (await live().catch(withWayBack(stateDir))).stateDir,
      service: serviceFor(settings, fleet, context),
      controllable: settings.service.kind !== "none" || fleet.demo !== undefined,
      ports: gatewayPorts(context),
      live,
      waits: waitingAt(fleet, stateDir),
      [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
    };
  } catch (error) {
    await fleet[Symbol.asyncDispose]();
    throw error;
  }
};

/** Nothing is there that could be taken back in place; what was lost comes back all the same. */
const withWayBack =
  (stateDir: string) =>
  (error: unknown): never => {
    if (!isProblem(error) || !(error.code === "STATE_DIR_MISSING" || error.code === "STATE_DIR_EMPTY")) {
      throw error;
    }
    const what = error.code === "STATE_DIR_EMPTY" ? "is empty" : "is not there";
    throw new Problem(error.code, `The state directory ${stateDir} ${what}.`, {
      hint: `Was it lost? clawback snapshots restore last-good --target ${shellWord(stateDir)} lays a snapshot out there. Else name the right one with --state-dir or stateDir in the configuration.`,
      exit: error.exit,
      cause: error,
    });
  };

const waitingAt = ({ recovered }: FleetSource, stateDir: string): string | undefined => {
  const own = recovered.find((each) => each.stateDir === realPlace(stateDir))?.outcome;
  return own?.kind === "waiting" ? own.words : undefined;
};

const theOne = ({ gateways }: FleetSource): GatewaySettings => {
  const local = gateways.length === 1 ? gateways : gateways.filter(({ stateDir }) => stateDir !== undefined);
  const [only, ...more] = local;
  if (only !== undefined && more.length === 0) return only;
  throw new Problem(
    "USAGE_GATEWAY",
    only === undefined ? "No gateway of this machine is known." : "Several gateways could be meant.",
    {
      hint: `Name one with --gateway: ${gateways.map(({ name }) => name).join(", ")}.`,
      exit: ExitCode.usage,
    },
  );
};

export const openOwnVault = async (context: Context): Promise<Vault> =>
  (await openConfiguredVault(context)).vault;
