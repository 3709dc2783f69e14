import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Vault } from "../../core/index.ts";
import { isProblem, shellWord } from "../../ground/index.ts";
import { failureOf } from "../../watch/index.ts";
import type { Context } from "../cli/command.ts";
import type { VaultAccess } from "../console/index.ts";
import { makeVault, openConfiguredVault, vaultSettings } from "../vault-source.ts";

/** Where a console's snapshots lie, and how one gets there. */
export type VaultPlace = {
  readonly open: () => Promise<{ readonly access: VaultAccess; readonly vault?: Vault }>;
  readonly make: () => Promise<string>;
  readonly retention: () => Promise<string>;
};

const unasked = (context: Context): Context => ({ ...context, ask: () => Promise.resolve(undefined) });

/** Each gateway of the demo has a folder of its own in that of the fleet. */
export const demoFolder = (stateDir: string): string => dirname(dirname(stateDir));

/** The vault of the configuration. Nobody is asked for a passphrase: the terminal is the console's. */
export const configuredPlace = (asking: Context): VaultPlace => {
  const context = unasked(asking);
  const flags = flagsOf(asking);
  return {
    open: async () => {
      const { path } = await vaultSettings(context);
      if (!existsSync(join(path, "vault.json"))) return { access: { kind: "none", path, flags } };
      try {
        const { vault } = await openConfiguredVault(context, "threads");
        return { access: { kind: "open", info: await vault.info(), flags }, vault };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return { access: { kind: "closed", path, flags, ...failureOf(error) } };
      }
    },
    make: async () => {
      const made = await makeVault(context, await vaultSettings(context), {});
      return made.path;
    },
    retention: async () => (await vaultSettings(context)).retention,
  };
};

/** What a command line needs besides to mean the same vault and the same gateways: whatever this console was given. */
const flagsOf = ({ cwd, flags }: Context): string =>
  (["config", "vault", "state-dir"] as const)
    .flatMap((name) => {
      const given = flags[name];
      return given === undefined ? [] : [`--${name} ${shellWord(resolve(cwd, given))}`];
    })
    .join(" ");

/**
 * A vault of its own for a fleet that is not real, in the fleet's temporary folder and gone with it: snapshots of a
 * demo have no business among anybody's own. Open to whoever may read the folder, so that command lines find it too.
 */
export const demoPlace = async ({ clock }: Context, folder: string): Promise<VaultPlace> => {
  const { diskStore, initVault, openVault } = await import("../../core/index.ts");
  const path = join(folder, "vault");
  await initVault(diskStore(path), { compression: "lz4", encryption: "none", clock });
  return {
    open: async () => {
      const vault = await openVault(path, { keys: {}, clock });
      return {
        access: { kind: "open", info: await vault.info(), flags: `--vault ${shellWord(path)}` },
        vault,
      };
    },
    make: () => Promise.resolve(path),
    retention: () => Promise.resolve("24h"),
  };
};
