import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { SourcePlan, SourceRoot } from "../core/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import {
  exclusionOf,
  readConfig,
  statePlace,
  stateRoots,
  type ConfigReading,
  type StatePlace,
  type StateRoot,
  type StateRoots,
} from "../openclaw/index.ts";

/** A state directory as a snapshot takes it: what belongs to it, and what of that is left out. */
export type StateSource = {
  readonly stateDir: string;
  readonly place: StatePlace;
  readonly roots: StateRoots;
  readonly config: ConfigReading;
  /** The configuration file under the name it has in a snapshot. */
  readonly configInSnapshot: string;
  readonly plan: SourcePlan;
};

export type StateSourceOptions = {
  /** As somebody named it. Absent: where OpenClaw itself would look. */
  readonly stateDir?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Log files too. */
  readonly logs?: boolean;
};

/** Finds out what belongs to a state directory; a directory that is missing, empty or closed to us is a Problem. */
export const stateSource = async (options: StateSourceOptions): Promise<StateSource> => {
  const { env, stateDir, logs } = options;
  const place = statePlace({
    env,
    home: env["HOME"] ?? "/",
    exists: existsSync,
    ...(stateDir === undefined ? {} : { stateDir }),
  });
  refuseUnusable(place.stateDir);
  const config = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const roots = stateRoots(place, config.kind === "read" ? config.config : undefined);
  const named = roots.roots
    .filter(({ kind, path }) => kind === "state" || existsSync(path))
    .map((root) => ({ root, prefix: prefixOf(root) }));
  return {
    stateDir: place.stateDir,
    place,
    roots,
    config,
    configInSnapshot: named.some(({ root }) => root.kind === "config")
      ? prefixOf({ kind: "config", id: "config" })
      : relative(place.stateDir, place.configPath).split(sep).join("/"),
    plan: {
      roots: named.map(({ root, prefix }): SourceRoot => ({ prefix, path: root.path })),
      excludes: excluder(named, roots, logs === true),
    },
  };
};

/** `@` keeps the names of roots that lie elsewhere apart from those in the state directory. */
const prefixOf = ({ kind, id }: Pick<StateRoot, "kind" | "id">): string => (kind === "state" ? "" : `@${id}`);

type NamedRoot = { readonly root: StateRoot; readonly prefix: string };

const excluder = (named: readonly NamedRoot[], roots: StateRoots, logs: boolean): SourcePlan["excludes"] => {
  const elsewhere = new Map(
    named.filter(({ prefix }) => prefix !== "").map((each) => [each.prefix, each.root]),
  );
  const workspaces = roots.innerWorkspaces.map(({ path }) => path);
  return (path) => {
    const slash = path.indexOf("/");
    const root = path.startsWith("@") ? elsewhere.get(slash === -1 ? path : path.slice(0, slash)) : undefined;
    if (root === undefined) return exclusionOf(path, { kind: "state", workspaces, logs }) !== undefined;
    if (slash === -1) return false;
    const inner = path.slice(slash + 1);
    if (root.except.includes(join(root.path, inner))) return true;
    const kind = root.kind === "workspace" ? "workspace" : "state";
    return exclusionOf(inner, { kind, logs }) !== undefined;
  };
};

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
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
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
