import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { configuredAgents, defaultAgentOf } from "../config/agents.ts";
import type { StatePlace } from "../location.ts";
import { textAt, type Json } from "../json.ts";

/** One directory or file that belongs to a gateway's state. */
export type StateRoot = {
  /** `state`, `workspace:main`, `agent:work`, `config`, `credentials`: stable across hosts. */
  readonly id: string;
  readonly kind: "state" | "workspace" | "agent" | "config" | "credentials";
  /** Absolute. */
  readonly path: string;
  /** Whose it is; a workspace can be shared. */
  readonly agents: readonly string[];
  /** Other roots and the like below this one: a walk of this root must not enter them. */
  readonly except: readonly string[];
};

export type StateRoots = {
  /** The state directory first, then what lies outside of it. No root is below another without being excepted there. */
  readonly roots: readonly StateRoot[];
  /** Workspaces inside the state directory, by their relative path. */
  readonly innerWorkspaces: readonly { readonly path: string; readonly agents: readonly string[] }[];
  /** Agent directories wherever they are, by agent. */
  readonly agentDirs: ReadonlyMap<string, string>;
  /** Workspaces wherever they are, by agent. */
  readonly workspaces: ReadonlyMap<string, string>;
};

/**
 * Where the state of a gateway lies: the state directory, and the workspaces, agent directories, configuration file and
 * credentials that the configuration or the environment puts elsewhere. Only says where; nothing is looked at.
 */
export const stateRoots = (place: StatePlace, config: Json | undefined): StateRoots => {
  const agents = configuredAgents(config);
  const workspaces = new Map(
    agents.map(({ id, workspace }) => [id, workspaceOf(place, config, id, workspace)]),
  );
  const agentDirs = new Map(
    agents.map(({ id, agentDir }) => [
      id,
      agentDir === undefined ? join(place.stateDir, "agents", id, "agent") : place.expand(agentDir),
    ]),
  );

  const found: Omit<StateRoot, "except">[] = [
    { id: "state", kind: "state", path: place.stateDir, agents: [] },
    { id: "config", kind: "config", path: place.configPath, agents: [] },
  ];
  if (place.credentialsDir !== undefined) {
    found.push({ id: "credentials", kind: "credentials", path: place.credentialsDir, agents: [] });
  }
  for (const [path, owners] of byPath(workspaces)) {
    found.push({ id: `workspace:${owners[0] ?? ""}`, kind: "workspace", path, agents: owners });
  }
  for (const [path, owners] of byPath(agentDirs)) {
    found.push({ id: `agent:${owners[0] ?? ""}`, kind: "agent", path, agents: owners });
  }

  const outside = found.filter((root) => root.kind === "state" || !isWithin(root.path, place.stateDir));
  const roots = outside
    // A workspace that two settings name, or that lies inside another, is walked once: by the outermost.
    .filter((root, at) => root.kind === "state" || !isCovered(root, at, outside))
    .map((root) => ({
      ...root,
      except: outside
        .filter((other) => other.kind === "state" && other !== root && isWithin(other.path, root.path))
        .map((other) => other.path),
    }));
  const innerWorkspaces = [...byPath(workspaces)]
    .filter(([path]) => path !== place.stateDir && isWithin(path, place.stateDir))
    .map(([path, owners]) => ({
      path: relative(place.stateDir, path).split(sep).join("/"),
      agents: owners,
    }));
  return { roots, innerWorkspaces, agentDirs, workspaces };
};

const workspaceOf = (
  place: StatePlace,
  config: Json | undefined,
  agent: string,
  own: string | undefined,
): string => {
  if (own !== undefined) return place.expand(own);
  const shared = textAt(config, ["agents", "defaults", "workspace"]);
  if (agent === defaultAgentOf(config)) {
    return shared === undefined ? place.defaultWorkspace : place.expand(shared);
  }
  return shared === undefined
    ? join(place.stateDir, `workspace-${agent}`)
    : join(place.expand(shared), agent);
};

const byPath = (paths: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> => {
  const owners = new Map<string, string[]>();
  for (const [agent, path] of paths) {
    const known = owners.get(path);
    if (known === undefined) owners.set(path, [agent]);
    else known.push(agent);
  }
  return owners;
};

type Candidate = Omit<StateRoot, "except">;

const isCovered = (root: Candidate, at: number, all: readonly Candidate[]): boolean =>
  all.some(
    (other, otherAt) =>
      other !== root &&
      other.kind !== "state" &&
      isWithin(root.path, other.path) &&
      (root.path !== other.path || otherAt < at),
  );

/** Whether `path` is `directory` or below it. Both are taken as written: links are not followed. */
export const isWithin = (path: string, directory: string): boolean => {
  const way = relative(resolve(directory), resolve(path));
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};
