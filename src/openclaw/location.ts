import { delimiter, isAbsolute, join, resolve } from "node:path";
import { Problem, ExitCode } from "../ground/index.ts";

/** The environment a gateway would be started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where one gateway keeps its state, resolved by OpenClaw's own rules. */
export type StatePlace = {
  readonly stateDir: string;
  readonly configPath: string;
  /** The profile it belongs to; absent for the default one. */
  readonly profile?: string;
  /** Only when the environment puts them elsewhere. */
  readonly credentialsDir?: string;
  readonly defaultWorkspace: string;
  /** Directories besides the configuration's own that `$include` may read. */
  readonly includeRoots: readonly string[];
  /** A path as the configuration writes it: `~` is the home of OpenClaw, the rest is against the working directory. */
  readonly expand: (path: string) => string;
};

export type PlaceOptions = {
  readonly env: Environment;
  /** The account's home directory: used when the environment names none. */
  readonly home: string;
  /** What the user asked for; stronger than the environment. */
  readonly stateDir?: string;
  readonly profile?: string;
  /** Whether something exists; the rules prefer what is there over what would be made. */
  readonly exists: (path: string) => boolean;
};

const profileName = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const configName = "openclaw.json";
const legacyConfigName = "clawdbot.json";

/**
 * The rules of OpenClaw 2026.9: `OPENCLAW_STATE_DIR`, else `~/.openclaw` (`~/.openclaw-<profile>`), else `~/.clawdbot`
 * when only that is there. The configuration is `OPENCLAW_CONFIG_PATH`, else the file in the state directory, the one
 * with the old name when only that is there. `OPENCLAW_HOME` stands in for the home directory.
 */
export const statePlace = (options: PlaceOptions): StatePlace => {
  const { env, exists } = options;
  const home = homeOf(env, options.home);
  const expand = (path: string): string => {
    const trimmed = path.trim();
    return resolve(/^~(?=$|[\\/])/.test(trimmed) ? `${home}${trimmed.slice(1)}` : trimmed);
  };
  const profile = profileOf(options.profile ?? env["OPENCLAW_PROFILE"]);
  const asked =
    given(options.stateDir) ?? (options.profile === undefined ? given(env["OPENCLAW_STATE_DIR"]) : undefined);
  const stateDir = asked === undefined ? defaultStateDir(home, profile, exists) : expand(asked);
  const configPath = given(env["OPENCLAW_CONFIG_PATH"]);
  const credentials = given(env["OPENCLAW_OAUTH_DIR"]);
  const workspace = given(env["OPENCLAW_WORKSPACE_DIR"]);
  return {
    stateDir,
    configPath:
      configPath !== undefined && options.stateDir === undefined
        ? expand(configPath)
        : configIn(stateDir, exists),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentialsDir: expand(credentials) }),
    defaultWorkspace: workspace === undefined ? join(stateDir, "workspace") : expand(workspace),
    includeRoots: (given(env["OPENCLAW_INCLUDE_ROOTS"]) ?? "")
      .split(delimiter)
      .filter((root) => root.trim() !== "")
      .map(expand)
      .filter((root) => isAbsolute(root)),
    expand,
  };
};

const given = (value: string | undefined): string | undefined => {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
};

const homeOf = (env: Environment, home: string): string =>
  resolve(given(env["OPENCLAW_HOME"]) ?? given(env["HOME"]) ?? given(env["USERPROFILE"]) ?? home);

const profileOf = (asked: string | undefined): string | undefined => {
  const profile = given(asked);
  if (profile === undefined || profile.toLowerCase() === "default") return undefined;
  if (!profileName.test(profile)) {
    throw new Problem(
      "STATE_PROFILE_INVALID",
      `${JSON.stringify(profile.slice(0, 80))} is not a name of a profile`,
      {
        hint: "A profile is up to 64 letters, digits, _ and -, and starts with a letter or digit.",
        exit: ExitCode.usage,
      },
    );
  }
  return profile;
};

const defaultStateDir = (
  home: string,
  profile: string | undefined,
  exists: (path: string) => boolean,
): string => {
  const current = join(home, profile === undefined ? ".openclaw" : `.openclaw-${profile}`);
  const legacy = join(home, ".clawdbot");
  return profile === undefined && !exists(current) && exists(legacy) ? legacy : current;
};

const configIn = (stateDir: string, exists: (path: string) => boolean): string => {
  const current = join(stateDir, configName);
  const legacy = join(stateDir, legacyConfigName);
  return !exists(current) && exists(legacy) ? legacy : current;
};

/** The profile that a directory of a home belongs to: `""` is the default one, undefined is no state directory. */
export const profileOfDirectory = (name: string): string | undefined => {
  if (name === ".openclaw" || name === ".clawdbot") return "";
  const profile = /^\.openclaw-(?<profile>.+)$/.exec(name)?.groups?.["profile"];
  return profile !== undefined && profileName.test(profile) ? profile : undefined;
};
