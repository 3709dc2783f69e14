import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/**
 * Where things are by default. It stands apart from the schema so that a command on the vault, on a machine without a
 * configuration file, need not load a schema to learn that every key is at its default.
 */
type Environment = Readonly<Record<string, string | undefined>>;

/** `clawback` below one of the XDG directories. */
export const placeUnder = (
  env: Environment,
  variable: "XDG_CONFIG_HOME" | "XDG_DATA_HOME" | "XDG_STATE_HOME",
): string => {
  const usual = { XDG_CONFIG_HOME: ".config", XDG_DATA_HOME: ".local/share", XDG_STATE_HOME: ".local/state" };
  // The convention: set to nothing counts as not set, and so does what would be another place in every directory.
  const set = env[variable] ?? "";
  return join(isAbsolute(set) ? set : join(env["HOME"] ?? "/", usual[variable]), "clawback");
};

export const vaultDefaults = { compression: "lz4", retention: "24h" } as const;
export const recoveryDefaults = { acceptWithin: "7d" } as const;

export const defaultVaultPath = (env: Environment): string => join(placeUnder(env, "XDG_DATA_HOME"), "vault");

export const defaultKeyFile = (env: Environment): string =>
  join(placeUnder(env, "XDG_CONFIG_HOME"), "vault.key");

/** The file that somebody named; it must be there. */
export const namedConfigFile = (
  asked: string | undefined,
  env: Environment,
  cwd: string,
): string | undefined => {
  const named = asked ?? env["CLAWBACK_CONFIG"] ?? "";
  return named === "" ? undefined : resolve(cwd, named);
};

/** The files looked for when none is named, in order. */
export const usualConfigFiles = (env: Environment): readonly string[] =>
  ["config.json5", "config.yaml", "config.yml"].map((name) => join(placeUnder(env, "XDG_CONFIG_HOME"), name));

export const hasConfigFile = (asked: string | undefined, env: Environment, cwd: string): boolean =>
  namedConfigFile(asked, env, cwd) !== undefined || usualConfigFiles(env).some((file) => existsSync(file));
