import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Vault } from "../core/index.ts";
import { isProblem, type Problem } from "../ground/index.ts";
import type { EffectsOptions } from "../watch/effects/index.ts";
import type { Context } from "./cli/command.ts";
import type { FleetSource } from "./fleet-source.ts";

type Quiet = (context: Context) => Context;

/** Whoever watches asks nobody: a vault that only a passphrase opens stays closed to it. */
const unasked: Quiet = (context) => ({ ...context, ask: () => Promise.resolve(undefined) });

/** The vault beside the gateways; undefined where there is none, a problem where it does not open. */
export const vaultBeside = async (
  context: Context,
  fleet: FleetSource,
): Promise<Vault | Problem | undefined> => {
  const { vault } = await context.config();
  // The demo's gateways have nothing in anybody's vault.
  if (fleet.demo !== undefined || !existsSync(join(vault.path, "vault.json"))) return undefined;
  const { openConfiguredVault } = await import("./vault-source.ts");
  try {
    return (await openConfiguredVault(unasked(context))).vault;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
};

/** How the guard takes the snapshot an alert asks for; it never makes a vault on its own. */
export const anomalySnapshots =
  (context: Context, fleet: FleetSource): NonNullable<EffectsOptions["takeSnapshot"]> =>
  async (name, reason) => {
    const [{ openConfiguredVault }, { saveSnapshot, stateSource }, { summaryOf }] = await Promise.all([
      import("./vault-source.ts"),
      import("../keeping/index.ts"),
      import("../watch/effects/index.ts"),
    ]);
    const { vault } = await openConfiguredVault(unasked(context));
    const stateDir = fleet.gateways.find((each) => each.name === name)?.stateDir;
    const source = await stateSource({ env: context.env, ...(stateDir === undefined ? {} : { stateDir }) });
    const { snapshot } = await saveSnapshot(vault, source, {
      kind: "anomaly",
      gateway: name,
      tags: [],
      description: reason,
      signal: context.signal,
    });
    return summaryOf(snapshot, name);
  };
