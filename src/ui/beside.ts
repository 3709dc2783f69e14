import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Vault } from "../core/index.ts";
import { isProblem, type Problem } from "../ground/index.ts";
import type { Context } from "./cli/command.ts";
import type { FleetSource } from "./fleet-source.ts";

export const hasVault = (path: string): boolean => existsSync(join(path, "vault.json"));

type Quiet = (context: Context) => Context;

/** Whoever watches asks nobody: a vault that only a passphrase opens stays closed to it. */
export const unasked: Quiet = (context) => ({ ...context, ask: () => Promise.resolve(undefined) });

/** The vault beside the gateways; undefined where there is none, a problem where it does not open. */
export const vaultBeside = async (
  context: Context,
  fleet: FleetSource,
): Promise<Vault | Problem | undefined> => {
  const { vault } = await context.config();
  // The demo's gateways have nothing in anybody's vault.
  if (fleet.demo !== undefined || !hasVault(vault.path)) return undefined;
  const { openConfiguredVault } = await import("./vault-source.ts");
  try {
    return (await openConfiguredVault(unasked(context), "threads")).vault;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
};
