import type { GatewaySettings } from "../../../clients/index.ts";
import { realPlace, type Vault } from "../../../core/index.ts";
import { ExitCode, isProblem, Problem, shellWord } from "../../../ground/index.ts";
import { openFleet, type FleetSource } from "../../fleet-source.ts";
import { gatewayDesk, type GatewayDesk } from "../../gateway-desk.ts";
import { refuseUnsettled } from "../../recover-restores.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { ofGateway } from "../same-world.ts";

/** What every command that takes something back works with: one gateway of this machine. */
export type Desk = GatewayDesk &
  AsyncDisposable & {
    readonly fleet: FleetSource;
    /** The process that is at a restore of it right now. */
    readonly heldBy: number | undefined;
    /** One is in place, and waits to be accepted or rolled back. */
    readonly waits: string | undefined;
  };

/** `onlyLooks`: also while another process is at a restore of it. */
export const openDesk = async (context: Context, { onlyLooks = false } = {}): Promise<Desk> => {
  const fleet = await openFleet(context);
  try {
    const desk = await gatewayDesk(context, fleet, theOne(fleet));
    const { stateDir } = desk;
    refuseUnsettled(fleet.recovered, stateDir, onlyLooks);
    const own = fleet.recovered.find((each) => each.stateDir === realPlace(stateDir))?.outcome;
    const heldBy = own?.kind === "running" ? own.pid : undefined;
    return {
      ...desk,
      fleet,
      // While old and new change places there may be none.
      stateDir:
        heldBy === undefined
          ? (await desk.live().catch(withWayBack(stateDir))).stateDir
          : realPlace(stateDir),
      heldBy,
      waits: own?.kind === "waiting" ? own.words : undefined,
      [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
    };
  } catch (error) {
    await fleet[Symbol.asyncDispose]();
    throw error;
  }
};

/** For what would be undone along with a restore that is rolled back. */
export const refuseWaiting = ({ waits, settings }: Pick<Desk, "waits" | "settings">): void => {
  if (waits === undefined) return;
  const named = ofGateway(settings.name);
  throw new Problem("RESTORE_PENDING", waits, {
    hint: `Settle that first: \`clawback restore accept${named}\`, or \`clawback restore rollback${named}\`.`,
    exit: ExitCode.refused,
  });
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
