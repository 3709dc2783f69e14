import { setTimeout } from "node:timers/promises";
import { chmodSync, existsSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import {
  diskStore,
  initVault,
  isOfKeyFile,
  openVault,
  type Compression,
  type Hands,
  type KeySource,
  type Vault,
} from "../core/index.ts";
import { errnoOf, ExitCode, isProblem, Problem, shellWord } from "../ground/index.ts";
import { isWithin, statePlace } from "../openclaw/index.ts";
import type { Context } from "./cli/command.ts";
import { refuseReadOnly } from "./cli/confirm.ts";
import {
  defaultKeyFile,
  defaultVaultPath,
  hasConfigFile,
  placeUnder,
  vaultDefaults,
} from "./config/places.ts";
import { namesIn, refuseTaken } from "./vault-place.ts";

/** Where the vault of this run is, and what the configuration says of it. */
export type VaultSettings = {
  readonly path: string;
  /** Somebody named this place; a vault that is not there is then a mistake, and is not made in passing. */
  readonly isNamed: boolean;
  /** As configured; absent: the key file is found by the vault it belongs to. */
  readonly keyFile: string | undefined;
  readonly compression: Compression;
  readonly retention: string;
};

export const vaultSettings = async (context: Context): Promise<VaultSettings> => {
  const { env, cwd, flags } = context;
  const asked = flags.vault;
  const usual = defaultVaultPath(env);
  if (!hasConfigFile(flags.config, env, cwd)) {
    const path = asked === undefined ? usual : resolve(cwd, asked);
    return { path, isNamed: path !== usual, keyFile: undefined, ...vaultDefaults };
  }
  const { vault } = await context.config();
  return {
    path: vault.path,
    isNamed: vault.path !== usual,
    keyFile: vault.keyFile === defaultKeyFile(env) ? undefined : vault.keyFile,
    compression: vault.compression,
    retention: vault.retention,
  };
};

export type OpenedVault = { readonly vault: Vault; readonly settings: VaultSettings };

/** `hands`: a command has nothing else to do; what has a screen or a fleet to look after leaves the work to threads. */
export const openConfiguredVault = async (context: Context, hands?: Hands): Promise<OpenedVault> => {
  const settings = await vaultSettings(context);
  return { vault: await openAt(context, settings, hands), settings };
};

const openAt = async (
  context: Context,
  settings: VaultSettings,
  hands: Hands = "threads-and-this-one",
): Promise<Vault> => {
  const { clock } = context;
  const keys = keysFor(context, settings);
  // Changed only where somebody reads that it was: not below a screen, nor beside a document.
  if (keys.keyFile !== undefined && hands === "threads-and-this-one" && !context.flags.json)
    keepToOwner(keys.keyFile, context);
  try {
    return await openVault(settings.path, { keys, clock, hands });
  } catch (error) {
    const next = keys.keyFile === undefined ? undefined : nextKeyFile(keys.keyFile);
    if (isProblem(error) && error.code === "WRONG_KEY" && next !== undefined && existsSync(next)) {
      // New keys were being made when the power failed: the vault knows them already, and this takes their place.
      const vault = await openVault(settings.path, { keys: { keyFile: next }, clock, hands });
      if (keys.keyFile !== undefined && !context.flags["read-only"]) renameSync(next, keys.keyFile);
      return vault;
    }
    if (!isProblem(error) || !(error.code === "KEY_MISSING" || error.code === "WRONG_KEY")) throw error;
    throw new Problem(error.code, error.message, {
      hint: "Put the right key file there, or set CLAWBACK_RECOVERY_KEY to the recovery key (CLAWBACK_PASSPHRASE where there is one).",
      exit: ExitCode.vault,
      cause: error,
    });
  }
};

/** Somebody may have copied it back from a backup with other permissions, and it may have been seen since. */
const keepToOwner = (keyFile: string, { flags, err }: Context): void => {
  const mode = existsSync(keyFile) ? statSync(keyFile).mode : 0;
  // A slip in the configuration may name anything: a directory closed like this is one that nobody can enter.
  if ((mode & 0o077) === 0 || !isKeyFile(keyFile)) return;
  const how = `be read by others (${(mode & 0o777).toString(8)})`;
  err(
    !flags["read-only"] && closes(keyFile)
      ? `⚠️ The key file ${keyFile} could ${how}, and is 600 now. Who has a copy of it can open this vault; new keys: clawback vault key rotate\n`
      : `⚠️ The key file ${keyFile} can ${how}: chmod 600 ${shellWord(keyFile)}\n`,
  );
};

const isKeyFile = (file: string, vaultId?: string): boolean => isOfKeyFile(textOf(file) ?? "", vaultId);

/** Not where it is somebody else's. */
const closes = (keyFile: string): boolean => {
  try {
    chmodSync(keyFile, 0o600);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
};

/**
 * For a save: opens the vault, and makes one where there is none at the usual place. At 3 a.m. a person wants the
 * snapshot now; nothing about the usual place needs a decision. A place that somebody named and that holds no vault is
 * more likely a slip or a disk that is not mounted, and a second vault would hide the first: there it is refused.
 */
export const openVaultForSaving = async (
  context: Context,
): Promise<OpenedVault & { readonly made: MadeVault | undefined }> => {
  const settings = await vaultSettings(context);
  if (settings.isNamed || existsSync(join(settings.path, "vault.json"))) {
    return { vault: await openAt(context, settings), settings, made: undefined };
  }
  const made = await makeOrAwait(context, settings);
  return { vault: await openAt(context, settings), settings, made };
};

/** How long another command may take to make the vault that this one wants to make too. */
const makingMs = 2_000;
const lookEveryMs = 20;

/** Nothing when somebody else made it at the same moment: two first saves at once are no mistake of anybody. */
const makeOrAwait = async (context: Context, settings: VaultSettings): Promise<MadeVault | undefined> => {
  try {
    return await makeVault(context, settings, {});
  } catch (error) {
    if (!isProblem(error) || !(error.code === "VAULT_EXISTS" || error.code === "KEY_FILE_EXISTS"))
      throw error;
    const isThere = (): boolean => existsSync(join(settings.path, "vault.json"));
    const until = performance.now() + makingMs;
    while (!isThere() && performance.now() < until) {
      await setTimeout(lookEveryMs, undefined, { signal: context.signal });
    }
    if (!isThere()) throw error;
    return undefined;
  }
};

export type MadeVault = {
  readonly id: string;
  readonly path: string;
  readonly keyFile: string | undefined;
  readonly recoveryKey: string | undefined;
};

export type MakeOptions = {
  readonly keyFile?: string;
  readonly compression?: Compression;
  readonly encryption?: "on" | "none";
  readonly passphrase?: string;
};

export const makeVault = async (
  context: Context,
  settings: VaultSettings,
  options: MakeOptions,
): Promise<MadeVault> => {
  refuseReadOnly(context, `A vault would be made at ${settings.path}.`);
  await refuseInState(context, settings.path);
  refuseTaken(settings.path);
  const encrypted = options.encryption !== "none";
  const keyFile = encrypted
    ? (options.keyFile ?? settings.keyFile ?? newKeyFile(context, settings))
    : undefined;
  const { id, recoveryKey } = await initVault(diskStore(settings.path), {
    compression: options.compression ?? settings.compression,
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    ...(encrypted ? {} : { encryption: "none" }),
    clock: context.clock,
  });
  return { id, path: settings.path, keyFile, recoveryKey };
};

/** Found out by the first save, it would be a vault that nothing can be saved to. */
const refuseInState = async (context: Context, path: string): Promise<void> => {
  const { env, flags, cwd } = context;
  const asked = flags["state-dir"];
  const usual = statePlace({
    env,
    home: env["HOME"] ?? "/",
    exists: existsSync,
    ...(asked === undefined ? {} : { stateDir: asked }),
  });
  const configured = hasConfigFile(flags.config, env, cwd) ? (await context.config()).gateways : [];
  const stateDir = [usual.stateDir, ...configured.flatMap((gateway) => gateway.stateDir ?? [])].find((each) =>
    isWithin(path, each),
  );
  if (stateDir === undefined) return;
  throw new Problem("VAULT_OVERLAPS_STATE", `${path} lies in the state directory ${stateDir}.`, {
    hint: "A vault does not lie in what it saves. Name another place with --vault.",
    exit: ExitCode.usage,
  });
};

/** Where a new key waits until the vault knows it. */
export const nextKeyFile = (keyFile: string): string => `${keyFile}.new`;

const keyDirectory = ({ env }: Context): string => join(placeUnder(env, "XDG_CONFIG_HOME"), "keys");

/** The key of the usual vault has the usual place; those of others stand beside it, each under its vault's name. */
const newKeyFile = (context: Context, { path, isNamed }: VaultSettings): string => {
  const usual = defaultKeyFile(context.env);
  if (!isNamed && !existsSync(usual)) return usual;
  for (let number = 1; ; number += 1) {
    const name = `${basename(path)}${number === 1 ? "" : `-${number}`}.key`;
    const file = join(keyDirectory(context), name);
    if (!existsSync(file)) return file;
  }
};

/** What opens the vault: a recovery key or passphrase that was given, else the key file. */
export const keysFor = (
  context: Context,
  { path, keyFile }: Pick<VaultSettings, "path" | "keyFile">,
): KeySource => {
  const { env, ask } = context;
  const recoveryKey = env["CLAWBACK_RECOVERY_KEY"];
  if (recoveryKey !== undefined && recoveryKey !== "") return { recoveryKey };
  return {
    keyFile: keyFile ?? keyFileOf(context, idOfVault(path)),
    passphrase: async () => {
      const known = env["CLAWBACK_PASSPHRASE"] ?? "";
      const passphrase = known === "" ? await ask("Passphrase of the vault: ", "hidden") : known;
      return passphrase === "" ? undefined : passphrase;
    },
  };
};

/** Where the key file of an opened vault stands, or is to stand. */
export const ownKeyFile = (context: Context, settings: VaultSettings): string =>
  settings.keyFile ?? matchingKeyFile(context, idOfVault(settings.path)) ?? newKeyFile(context, settings);

/** A key file says which vault it opens, so a vault that was moved finds its own. */
const keyFileOf = (context: Context, vaultId: string | undefined): string =>
  matchingKeyFile(context, vaultId) ?? defaultKeyFile(context.env);

const matchingKeyFile = (context: Context, vaultId: string | undefined): string | undefined => {
  if (vaultId === undefined) return undefined;
  const others = namesIn(keyDirectory(context))
    .filter((name) => name.endsWith(".key"))
    .map((name) => join(keyDirectory(context), name));
  return [defaultKeyFile(context.env), ...others].find((file) => isKeyFile(file, vaultId));
};

/** Only to choose among key files; what `vault.json` says is believed once the key has opened the vault. */
const idOfVault = (path: string): string | undefined =>
  /"id":\s*"([0-9a-f]{32})"/.exec(textOf(join(path, "vault.json")) ?? "")?.[1];

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    // Not there, or not ours: opening the vault says so where it matters.
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
};

/** Where a bundle or a copy goes: a path as it was typed, with the directory it needs already there. */
export const targetPath = ({ cwd }: Context, typed: string): string => {
  const path = resolve(cwd, typed);
  if (existsSync(dirname(path))) return path;
  throw new Problem("TARGET_MISSING", `There is no directory ${dirname(path)}.`, {
    hint: "Make it first, or name another place.",
    exit: ExitCode.usage,
  });
};
