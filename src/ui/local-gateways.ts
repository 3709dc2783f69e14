import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { GatewaySettings, SecretSource, ServiceSettings } from "../clients/index.ts";
import {
  gatewayAddress,
  profileOfDirectory,
  readConfig,
  statePlace,
  textAt,
  type GatewaySecret,
  type Json,
  type StatePlace,
} from "../openclaw/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The gateways of this machine, as OpenClaw itself would find them: the state directory that was asked for or that the
 * environment names, otherwise every profile in the home directory. A directory counts when it has a configuration or
 * a database, running or not: a dead gateway is the one somebody looks for.
 */
export const localGateways = async (
  env: Environment,
  asked: string | undefined,
): Promise<readonly GatewaySettings[]> => {
  const home = env["OPENCLAW_HOME"] ?? env["HOME"] ?? "/";
  const place = (more: { readonly stateDir?: string; readonly profile?: string } = {}): StatePlace =>
    statePlace({ env, home, exists: existsSync, ...more });
  if (asked !== undefined) return [await gatewayAt(place({ stateDir: asked }), env, home)];
  const named = env["OPENCLAW_STATE_DIR"] ?? env["OPENCLAW_PROFILE"] ?? "";
  const places = named === "" ? (await profilesIn(home)).map((profile) => place({ profile })) : [place()];
  const there = [...new Map(places.map((each) => [each.stateDir, each])).values()].filter(isStateDirectory);
  return Promise.all(there.map((each) => gatewayAt(each, env, home)));
};

const isStateDirectory = ({ stateDir, configPath }: StatePlace): boolean =>
  existsSync(configPath) || existsSync(join(stateDir, "state", "openclaw.sqlite"));

/** The default profile first, then by name. */
const profilesIn = async (home: string): Promise<readonly string[]> => {
  let names: readonly string[];
  try {
    names = await readdir(home);
  } catch (error) {
    // No home, or somebody else's: nothing can be found there.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
  const profiles = names.map(profileOfDirectory).filter((profile) => profile !== undefined);
  return [...new Set(profiles.map((profile) => (profile === "" ? "default" : profile)))].sort((a, b) =>
    a === "default" ? -1 : b === "default" ? 1 : a < b ? -1 : 1,
  );
};

const gatewayAt = async (place: StatePlace, env: Environment, home: string): Promise<GatewaySettings> => {
  const reading = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const config = reading.kind === "read" ? reading.config : undefined;
  const { profile } = place;
  const address = gatewayAddress(config, { env, ...(profile === undefined ? {} : { profile }) });
  const token = firstKnown(address.tokens, config);
  const password = firstKnown(address.passwords, config);
  return {
    name: profile ?? "local",
    url: `${address.tls ? "wss" : "ws"}://127.0.0.1:${address.port}`,
    labels: [],
    stateDir: place.stateDir,
    service: serviceIn(home, profile),
    readOnly: false,
    insecure: false,
    httpOnly: false,
    ...(token === undefined ? {} : { token }),
    ...(password === undefined ? {} : { password }),
  };
};

/** A secret of OpenClaw's own providers can only be asked for by the gateway itself. */
const firstKnown = (
  secrets: readonly GatewaySecret[],
  config: Json | undefined,
): SecretSource | undefined => {
  for (const secret of secrets) {
    if (secret.kind === "env") return { kind: "env", name: secret.name };
    const value = secret.kind === "config" ? textAt(config, secret.path) : undefined;
    if (value !== undefined) return { kind: "inline", value };
  }
  return undefined;
};

/** Who supervises it, by the files that `openclaw gateway install` leaves. */
const serviceIn = (home: string, profile: string | undefined): ServiceSettings => {
  const unit = profile === undefined ? "openclaw-gateway" : `openclaw-gateway-${profile}`;
  if (existsSync(join(home, ".config", "systemd", "user", `${unit}.service`))) {
    return { kind: "systemd-user", unit };
  }
  const label = profile === undefined ? "ai.openclaw.gateway" : `ai.openclaw.${profile}`;
  if (existsSync(join(home, "Library", "LaunchAgents", `${label}.plist`)))
    return { kind: "launchd", unit: label };
  return { kind: "none" };
};
