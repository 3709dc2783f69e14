import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { FilesBelow, SourcePlan, SourceRoot } from "../core/index.ts";
import { errnoOf, ExitCode, Problem } from "../ground/index.ts";
import {
  classesOf,
  exclusionOf,
  type ExclusionOptions,
  isWithin,
  readConfig,
  readState,
  statePlace,
  stateRoots,
  type ConfigReading,
  type Environment,
  type StatePlace,
  type StateReading,
  type StateRoot,
  type StateRoots,
} from "../openclaw/index.ts";

/** A directory of a state that is there, with the name under which it stands in a snapshot. */
export type PresentRoot = StateRoot & { readonly prefix: string };

/** A state directory as a snapshot takes it: what belongs to it, what of that is left out, and what each path is for. */
export type StateSource = {
  readonly stateDir: string;
  readonly roots: StateRoots;
  readonly config: ConfigReading;
  /** The configuration file under the name it has in a snapshot. */
  readonly configInSnapshot: string;
  /** The state directory stands for itself, the others under their ids. */
  readonly present: readonly PresentRoot[];
  readonly plan: SourcePlan;
  /** By path in the snapshot. */
  readonly classesOf: (path: string) => readonly string[];
  /** Sessions, agents and numbers as they stand on disk at that moment; who has just looked at all files says so. */
  readonly read: (filesBelow?: FilesBelow) => Promise<StateReading>;
};

export type StateSourceOptions = {
  /** As somebody named it. Absent: where OpenClaw itself would look. */
  readonly stateDir?: string;
  readonly env: Environment;
  /** Log files too. */
  readonly logs?: boolean;
  /** Left out when it lies inside. */
  readonly vault?: string;
};

/**
 * Finds out what belongs to a state directory; a directory that is missing, empty or closed to us is a Problem. Links
 * are resolved: what a restore renames later is the directory itself.
 */
export const stateSource = async (options: StateSourceOptions): Promise<StateSource> => {
  const { env, stateDir: asked } = options;
  const named = statePlace({
    env,
    home: env["HOME"] ?? "/",
    exists: existsSync,
    ...(asked === undefined ? {} : { stateDir: asked }),
  });
  refuseUnusable(named.stateDir);
  const place = linksResolved(named);
  const { stateDir } = place;
  const config = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const roots = stateRoots(place, config.kind === "read" ? config.config : undefined);
  const present = roots.roots
    .filter(({ kind, path }) => kind === "state" || existsSync(path))
    .map((root) => ({ ...root, prefix: prefixOf(root) }));
  const placeOf = placing(present);
  return {
    stateDir,
    roots,
    config,
    configInSnapshot: present.some(({ kind }) => kind === "config")
      ? prefixOf({ kind: "config", id: "config" })
      : relative(stateDir, place.configPath).split(sep).join("/"),
    present,
    plan: {
      roots: present.map(({ prefix, path }): SourceRoot => ({ prefix, path })),
      excludes: excluder(placeOf, roots, options),
    },
    classesOf: (path) => {
      const { root, inner } = placeOf(path);
      return classesOf(inner, { kind: root.kind, agents: root.agents, workspaces: roots.innerWorkspaces });
    },
    read: (filesBelow) => readState(stateDir, { roots, ...(filesBelow === undefined ? {} : { filesBelow }) }),
  };
};

/** The same place by the directory's own name, and not by that of a link to it. */
const linksResolved = (place: StatePlace): StatePlace => {
  const stateDir = realpathSync(place.stateDir);
  if (stateDir === place.stateDir) return place;
  const moved = (path: string): string =>
    isWithin(path, place.stateDir) ? join(stateDir, relative(place.stateDir, path)) : path;
  return {
    ...place,
    stateDir,
    configPath: moved(place.configPath),
    defaultWorkspace: moved(place.defaultWorkspace),
    expand: (path) => moved(place.expand(path)),
  };
};

/** `@` keeps the names of roots that lie elsewhere apart from those in the state directory. */
const prefixOf = ({ kind, id }: Pick<StateRoot, "kind" | "id">): string => (kind === "state" ? "" : `@${id}`);

/** Which root a path of the snapshot lies in, and where there; "" is the root itself. */
type PlaceOf = (path: string) => { readonly root: PresentRoot; readonly inner: string };

const placing = (present: readonly PresentRoot[]): PlaceOf => {
  const state = present.find(({ prefix }) => prefix === "");
  if (state === undefined) throw new TypeError("a state has its state directory");
  const elsewhere = new Map(present.filter(({ prefix }) => prefix !== "").map((each) => [each.prefix, each]));
  return (path) => {
    const slash = path.indexOf("/");
    const root = path.startsWith("@") ? elsewhere.get(slash === -1 ? path : path.slice(0, slash)) : undefined;
    return root === undefined
      ? { root: state, inner: path }
      : { root, inner: slash === -1 ? "" : path.slice(slash + 1) };
  };
};

const excluder = (
  placeOf: PlaceOf,
  { innerWorkspaces }: StateRoots,
  { logs = false, vault }: StateSourceOptions,
): SourcePlan["excludes"] => {
  const workspaces = innerWorkspaces.map(({ path }) => path);
  // Once for each root: a walk asks about every name in it.
  const known = new Map<PresentRoot, ExclusionOptions>();
  const optionsOf = (root: PresentRoot): ExclusionOptions => {
    const own = vault === undefined ? undefined : pathWithin(root.path, vault);
    const options: ExclusionOptions = {
      kind: root.kind === "workspace" ? "workspace" : "state",
      ...(root.kind === "state" ? { workspaces } : {}),
      ...(own === undefined ? {} : { vault: own }),
      logs,
    };
    known.set(root, options);
    return options;
  };
  return (path) => {
    const { root, inner } = placeOf(path);
    if (inner === "") return false;
    if (root.except.length > 0 && root.except.includes(join(root.path, inner))) return true;
    return exclusionOf(inner, known.get(root) ?? optionsOf(root)) !== undefined;
  };
};

/** What `path` is called within `root`, when it lies below it. */
export const pathWithin = (root: string, path: string): string | undefined =>
  path !== root && isWithin(path, root) ? relative(root, path).split(sep).join("/") : undefined;

const refuseUnusable = (stateDir: string): void => {
  const hint = "Name the right one with --state-dir, stateDir in the configuration, or OPENCLAW_STATE_DIR.";
  let names: readonly string[];
  try {
    if (!statSync(stateDir).isDirectory()) {
      throw new Problem("STATE_DIR_INVALID", `${stateDir} is not a directory.`, {
        hint,
        exit: ExitCode.usage,
      });
    }
    names = readdirSync(stateDir);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new Problem("STATE_DIR_MISSING", `There is no state directory at ${stateDir}.`, {
        hint,
        exit: ExitCode.usage,
        cause: error,
      });
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new Problem("STATE_DIR_UNREADABLE", `The state directory ${stateDir} cannot be read (${code}).`, {
        hint: "Run as the user who owns it.",
        exit: ExitCode.usage,
        cause: error,
      });
    }
    throw error;
  }
  if (names.length === 0) {
    throw new Problem(
      "STATE_DIR_EMPTY",
      `The state directory ${stateDir} is empty: there is nothing to save.`,
      {
        hint,
        exit: ExitCode.usage,
      },
    );
  }
};
