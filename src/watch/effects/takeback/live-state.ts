import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, sep } from "node:path";
import type { SourcePlan } from "../../../core/index.ts";
import {
  classesOf,
  exclusionOf,
  isWithin,
  readConfig,
  readState,
  statePlace,
  stateRoots,
  type ConfigReading,
  type Environment,
  type StateReading,
  type StateRoot,
  type StateRoots,
} from "../../../openclaw/index.ts";

/** A live state as the vault takes it: its directories, what is left out, and what each path is for. */
export type LiveState = {
  readonly stateDir: string;
  readonly configPath: string;
  readonly config: ConfigReading;
  readonly roots: StateRoots;
  /** Those that are there. The state directory stands for itself, the others under their ids. */
  readonly present: readonly (StateRoot & { readonly prefix: string })[];
  readonly plan: SourcePlan;
  /** By path in the snapshot. */
  readonly classesOf: (path: string) => readonly string[];
  readonly read: () => Promise<StateReading>;
};

export type LiveStateOptions = {
  readonly env: Environment;
  /** Left out when it lies inside. */
  readonly vault?: string;
};

/** Where everything of a gateway's state lies. Links are resolved: what is renamed later is the directory itself. */
export const liveState = async (given: string, options: LiveStateOptions): Promise<LiveState> => {
  const stateDir = existsSync(given) ? realpathSync(given) : given;
  const place = statePlace({ env: options.env, home: homedir(), stateDir, exists: existsSync });
  const config = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const roots = stateRoots(place, config.kind === "read" ? config.config : undefined);
  const present = roots.roots
    .filter(({ path }) => existsSync(path))
    .map((root) => ({ ...root, prefix: root.kind === "state" ? "" : `@${root.id}` }));
  const rootOf = (
    path: string,
  ): { readonly root: (typeof present)[number]; readonly inner: string } | undefined => {
    const found =
      present.find(({ prefix }) => prefix !== "" && (path === prefix || path.startsWith(`${prefix}/`))) ??
      present.find(({ prefix }) => prefix === "");
    if (found === undefined) return undefined;
    return { root: found, inner: found.prefix === "" ? path : path.slice(found.prefix.length + 1) };
  };
  return {
    stateDir,
    configPath: place.configPath,
    config,
    roots,
    present,
    plan: {
      roots: present.map(({ prefix, path }) => ({ prefix, path })),
      excludes: (path) => {
        const found = rootOf(path);
        if (found === undefined || found.inner === "") return false;
        const { root, inner } = found;
        if (root.except.some((other) => isWithin(join(root.path, inner), other))) return true;
        const vault = vaultWithin(root.path, options.vault);
        return (
          exclusionOf(inner, {
            kind: root.kind === "workspace" ? "workspace" : "state",
            ...(vault === undefined ? {} : { vault }),
          }) !== undefined
        );
      },
    },
    classesOf: (path) => {
      const found = rootOf(path);
      return found === undefined
        ? ["other"]
        : classesOf(found.inner, {
            kind: found.root.kind,
            agents: found.root.agents,
            workspaces: roots.innerWorkspaces,
          });
    },
    read: () => readState(stateDir, { roots }),
  };
};

/** The vault's path within a root, when it lies there. */
export const vaultWithin = (root: string, vault: string | undefined): string | undefined =>
  vault !== undefined && vault !== root && isWithin(vault, root)
    ? relative(root, vault).split(sep).join("/")
    : undefined;
