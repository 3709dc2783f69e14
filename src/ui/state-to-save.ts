import { homedir } from "node:os";
import { resolve } from "node:path";
import { realPlace } from "../core/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import type { GatewaySettings } from "../clients/index.ts";
import { stateSource, type StateSource } from "../keeping/index.ts";
import type { Context } from "./cli/command.ts";
import { hasConfigFile } from "./config/places.ts";
import { recoverRestores, refuseUnsettled, sayRecovered } from "./recover-restores.ts";

export type StateToSave = {
  readonly source: StateSource;
  /** Its name in the configuration; absent: a directory that nobody gave a name. */
  readonly gateway: string | undefined;
  readonly settings: GatewaySettings | undefined;
};

/**
 * The one state directory that a command is about: the one named, that of the gateway named, the only one configured,
 * or the one OpenClaw itself would use. When several could be meant, it is not guessed.
 */
export const stateToSave = async (
  context: Context,
  options: { readonly logs?: boolean } = {},
): Promise<StateToSave> => {
  const { env, flags, cwd } = context;
  const asked = namedStateDir(context);
  const configured = hasConfigFile(flags.config, env, cwd) ? (await context.config()).gateways : [];
  const recovered = await recoverRestores(context);
  sayRecovered(recovered, context);
  const settings = await choose(context, configured);
  const stateDir = asked ?? settings?.stateDir;
  const source = await stateSource({ env, ...options, ...(stateDir === undefined ? {} : { stateDir }) });
  refuseUnsettled(recovered, source.stateDir);
  return {
    source,
    gateway: settings?.name,
    settings,
  };
};

const namedStateDir = ({ flags, cwd }: Context): string | undefined => {
  const asked = flags["state-dir"];
  return asked === undefined || asked.startsWith("~") ? asked : resolve(cwd, asked);
};

const choose = async (
  context: Context,
  configured: readonly GatewaySettings[],
): Promise<GatewaySettings | undefined> => {
  const { flags } = context;
  const [name, ...more] = flags.gateway;
  if (more.length > 0) throw usage("One snapshot is of one gateway.", "Name one --gateway at a time.");
  const asked = namedStateDir(context);
  if (name !== undefined) {
    const found = configured.find((each) => each.name === name) ?? (await localNamed(context, name));
    if (found === undefined) {
      throw usage(
        `No gateway is called "${name}".`,
        configured.length === 0
          ? "None is configured. --state-dir names a state directory."
          : `Known: ${configured.map((each) => each.name).join(", ")}.`,
      );
    }
    if (found.stateDir === undefined && asked === undefined) {
      throw usage(
        `${name} is watched only: the configuration names no state directory of it on this machine.`,
        "Give it a stateDir, or run this where its state directory is.",
      );
    }
    return found;
  }
  const local = configured.filter(({ stateDir }) => stateDir !== undefined);
  if (asked !== undefined) {
    const place = realPlace(asked);
    return local.find(({ stateDir }) => stateDir !== undefined && realPlace(stateDir) === place);
  }
  if (local.length > 1) {
    throw usage(
      `Which one? ${local.map((each) => each.name).join(", ")} all have a state directory here.`,
      "Name it with --gateway.",
    );
  }
  return local[0];
};

/** A gateway of this machine that no configuration names, by its profile. */
const localNamed = async ({ clock, env }: Context, name: string): Promise<GatewaySettings | undefined> => {
  const { discoverGateways } = await import("../clients/index.ts");
  const { gateways } = await discoverGateways({
    env,
    home: env["HOME"] ?? homedir(),
    platform: process.platform,
    now: clock.now(),
  });
  return gateways.find(({ settings }) => settings.name === name)?.settings;
};

const usage = (message: string, hint: string): Problem =>
  new Problem("USAGE_GATEWAY", message, { hint, exit: ExitCode.usage });
