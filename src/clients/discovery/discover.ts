import { readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, harmlessLine } from "../../ground/index.ts";
import {
  type Environment,
  type GatewayAddress,
  type StatePlace,
  findOwner,
  gatewayAddress,
  profileOfDirectory,
  readConfig,
  statePlace,
  textAt,
} from "../../openclaw/index.ts";
import type { GatewaySettings, SecretSource, ServiceSettings } from "../settings.ts";
import { type SecretPlace, sourceOf } from "./secret-place.ts";

export type Discovered = {
  readonly settings: GatewaySettings;
  /** Where it was found, and what its parts come from; without any secret. */
  readonly found: string;
  /** What keeps it from being used whole, each with what to do. */
  readonly problems: readonly string[];
};

export type Discovery = {
  readonly gateways: readonly Discovered[];
  /** Every place that was looked at, for when nothing was found. */
  readonly looked: readonly string[];
};

export type DiscoveryPorts = {
  readonly env: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly now: number;
};

/** Each of these names one gateway. */
const selectors = ["OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH", "OPENCLAW_PROFILE"];

/** Set for one gateway, and therefore not for the profiles beside it. */
const ownVariables = [
  "OPENCLAW_GATEWAY_PORT",
  "OPENCLAW_GATEWAY_TOKEN",
  "OPENCLAW_GATEWAY_PASSWORD",
  "OPENCLAW_GATEWAY_URL",
  "OPENCLAW_SYSTEMD_UNIT",
  "OPENCLAW_LAUNCHD_LABEL",
];

/**
 * The gateway that `stateDir` or the environment names, and only that one; where nothing is named, every profile in the
 * home of OpenClaw.
 */
export const discoverGateways = async (ports: DiscoveryPorts, stateDir?: string): Promise<Discovery> => {
  const { env } = ports;
  const chosen = statePlace({
    env,
    home: ports.home,
    exists: existsSync,
    ...(stateDir === undefined ? {} : { stateDir }),
  });
  const isNamed = stateDir !== undefined || selectors.some((name) => (env[name]?.trim() ?? "") !== "");
  const beside = isNamed ? [] : await profilesBeside(chosen, ports);
  const places = [{ place: chosen, env }, ...beside];
  const gateways: Discovered[] = [];
  for (const { place, env: its } of places) {
    // Running or not: a dead gateway is the one somebody looks for. One that was asked for is there in any case.
    const marks = [place.configPath, join(place.stateDir, "state", "openclaw.sqlite")];
    if (stateDir === undefined && !marks.some((mark) => existsSync(mark))) continue;
    const found = await discoverAt(place, { ...ports, env: its });
    if (found !== undefined) gateways.push(found);
  }
  return { gateways, looked: places.map(({ place }) => place.stateDir) };
};

type Candidate = { readonly place: StatePlace; readonly env: Environment };

const profilesBeside = async (
  chosen: StatePlace,
  { env, home }: DiscoveryPorts,
): Promise<readonly Candidate[]> => {
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !ownVariables.includes(name)));
  const profiles = await profilesIn(dirname(chosen.stateDir));
  return profiles
    .filter((profile) => profile !== "")
    .map((profile) => ({
      place: statePlace({ env: others, home, profile, exists: existsSync }),
      env: others,
    }));
};

const profilesIn = async (home: string): Promise<readonly string[]> => {
  try {
    const names = await readdir(home);
    return names
      .map(profileOfDirectory)
      .filter((profile) => profile !== undefined)
      .toSorted();
  } catch (error) {
    // A home that cannot be listed holds no profiles for us; the place that was named is looked at all the same.
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
};

const discoverAt = async (place: StatePlace, ports: DiscoveryPorts): Promise<Discovered | undefined> => {
  const reading = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const config = reading.kind === "read" ? reading.config : undefined;
  const problems =
    reading.kind === "broken" ? reading.findings.map((each) => `${each.path} ${each.message}`) : [];
  const name = place.profile ?? "local";
  const scene: SecretPlace = { place, config, env: ports.env };
  return textAt(config, ["gateway", "mode"]) === "remote"
    ? remote(name, scene, problems)
    : local(name, scene, problems, ports);
};

const local = async (
  name: string,
  scene: SecretPlace,
  problems: readonly string[],
  ports: DiscoveryPorts,
): Promise<Discovered> => {
  const { place, config, env } = scene;
  const address = gatewayAddress(config, {
    env,
    ...(place.profile === undefined ? {} : { profile: place.profile }),
  });
  const owner = await findOwner(place.stateDir, { now: ports.now });
  // A running gateway knows best where it listens: it may have been started with --port.
  const running = owner.kind === "alive" ? owner.port : undefined;
  const secret = secretOf(address, scene);
  const service = await serviceAt(place, ports);
  const scheme = address.tls ? "wss" : "ws";
  return {
    settings: {
      ...common(name, `${scheme}://127.0.0.1:${running ?? address.port}`),
      ...secret.settings,
      ...tlsAt(address, place, ports.home),
      stateDir: place.stateDir,
      service: service.settings,
    },
    found: [
      config === undefined ? `state in ${place.stateDir}` : `configured in ${place.configPath}`,
      running === undefined ? `port ${address.port}` : `port ${running} from its lock (process ${owner.pid})`,
      secret.words,
      ...service.words,
    ].join(", "),
    problems: [...problems, ...secret.problems],
  };
};

/** A gateway with TLS of its own shows a certificate that nobody else signed: the file it keeps it in is the pin. */
const tlsAt = (
  { tls, certPath }: GatewayAddress,
  { stateDir }: StatePlace,
  home: string,
): Pick<GatewaySettings, "tls"> => {
  const certFile =
    certPath?.replace(/^~(?=\/)/, home) ?? join(stateDir, "gateway", "tls", "gateway-cert.pem");
  return tls && existsSync(certFile) ? { tls: { certFile } } : {};
};

/** The configuration of a machine that only uses a gateway elsewhere. */
const remote = (name: string, scene: SecretPlace, problems: readonly string[]): Discovered | undefined => {
  const { place, config, env } = scene;
  const url = env["OPENCLAW_GATEWAY_URL"]?.trim() || textAt(config, ["gateway", "remote", "url"]);
  if (url === undefined) return undefined;
  const token = sourceOf(scene, ["gateway", "remote", "token"], "OPENCLAW_GATEWAY_TOKEN");
  const password = sourceOf(scene, ["gateway", "remote", "password"], "OPENCLAW_GATEWAY_PASSWORD");
  const kind = token.source !== undefined ? "token" : "password";
  const taken = kind === "token" ? token : password;
  const fingerprint = textAt(config, ["gateway", "remote", "tlsFingerprint"]);
  return {
    settings: {
      ...common(name, url),
      ...secretSettings(kind, taken.source),
      ...(fingerprint === undefined ? {} : { tls: { fingerprint } }),
      service: { kind: "none" },
    },
    found: `remote gateway configured in ${place.configPath}, ${taken.source === undefined ? "no secret found" : `${kind} from ${taken.words}`}`,
    problems: [...problems, ...taken.problems],
  };
};

const common = (name: string, url: string) => ({
  name: harmlessLine(name, 64),
  url,
  labels: [],
  readOnly: false,
  insecure: false,
  httpOnly: false,
});

type FoundSecret = {
  readonly settings: Pick<GatewaySettings, "token" | "password">;
  readonly words: string;
  readonly problems: readonly string[];
};

/** The mode of authentication decides which of the two is meant; a token wins where it is not written. */
const secretOf = (address: GatewayAddress, scene: SecretPlace): FoundSecret => {
  if (address.authMode === "none" || address.authMode === "trusted-proxy") {
    return { settings: {}, words: `authentication ${address.authMode}`, problems: [] };
  }
  const token = sourceOf(scene, ["gateway", "auth", "token"], "OPENCLAW_GATEWAY_TOKEN");
  const password = sourceOf(scene, ["gateway", "auth", "password"], "OPENCLAW_GATEWAY_PASSWORD");
  const kind = address.authMode === "password" || token.source === undefined ? "password" : "token";
  const taken = kind === "token" ? token : password;
  if (taken.source !== undefined) {
    return {
      settings: secretSettings(kind, taken.source),
      words: `${kind} from ${taken.words}`,
      problems: taken.problems,
    };
  }
  return { settings: {}, words: "no secret found", problems: [...token.problems, ...password.problems] };
};

const secretSettings = (
  kind: "token" | "password",
  source: SecretSource | undefined,
): Pick<GatewaySettings, "token" | "password"> => (source === undefined ? {} : { [kind]: source });

/** The service that OpenClaw installs, when its file is there. */
const serviceAt = async (
  place: StatePlace,
  { env, home, platform }: DiscoveryPorts,
): Promise<{ readonly settings: ServiceSettings; readonly words: readonly string[] }> => {
  const suffix = place.profile === undefined ? "" : `-${place.profile}`;
  const unit = (env["OPENCLAW_SYSTEMD_UNIT"]?.trim() || `openclaw-gateway${suffix}`).replace(
    /\.service$/,
    "",
  );
  const label = env["OPENCLAW_LAUNCHD_LABEL"]?.trim() || `ai.openclaw.${place.profile ?? "gateway"}`;
  const candidates: readonly (readonly [ServiceSettings, string])[] =
    platform === "darwin"
      ? [[{ kind: "launchd", unit: label }, join(home, "Library", "LaunchAgents", `${label}.plist`)]]
      : [
          [{ kind: "systemd-user", unit }, join(home, ".config", "systemd", "user", `${unit}.service`)],
          [{ kind: "systemd", unit }, join("/etc/systemd/system", `${unit}.service`)],
        ];
  const installed = candidates.find(([, file]) => existsSync(file));
  return installed === undefined
    ? { settings: { kind: "none" }, words: [] }
    : { settings: installed[0], words: [`service ${installed[1]}`] };
};
