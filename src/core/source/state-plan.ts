import { existsSync } from "node:fs";
import { relative } from "node:path";
import {
  classesOf,
  exclusionOf,
  readConfig,
  stateRoots,
  type StateClass,
  type StatePlace,
  type StateRoot,
} from "../../openclaw/index.ts";
import type { SourcePlan } from "./plan.ts";

/** What belongs in a snapshot of a gateway, and what each part of it is for. */
export type StatePlan = SourcePlan & {
  /** Of a path as it stands in the snapshot: for "only the configuration", "all but the workspace". */
  readonly classesOf: (path: string) => readonly StateClass[];
};

export type StatePlanOptions = {
  /** Log files are left out unless asked for. */
  readonly logs?: boolean;
};

/**
 * The plan for the state directory at a place, with the workspaces, agent directories and files that its configuration
 * puts elsewhere. Those stand in the snapshot under the name of their root, `workspace:main`. What is configured and not
 * there is no part of the plan; a configuration that cannot be read leaves the state directory itself.
 */
export const planState = async (place: StatePlace, options: StatePlanOptions = {}): Promise<StatePlan> => {
  const reading = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const { roots, innerWorkspaces } = stateRoots(place, reading.kind === "read" ? reading.config : undefined);
  const present = roots.filter(({ kind, path }) => kind === "state" || existsSync(path));
  const byPrefix = new Map(present.map((root) => [prefixOf(root), root]));
  const find = (path: string): { readonly root: StateRoot | undefined; readonly inner: string } => {
    const cut = path.indexOf("/");
    const first = cut < 0 ? path : path.slice(0, cut);
    const outside = first === "" ? undefined : byPrefix.get(first);
    if (outside === undefined) return { root: byPrefix.get(""), inner: path };
    return { root: outside, inner: cut < 0 ? "" : path.slice(cut + 1) };
  };
  return {
    roots: present.map((root) => ({ prefix: prefixOf(root), path: root.path })),
    excludes: (path) => {
      const { root, inner } = find(path);
      if (root === undefined || inner === "") return false;
      if (root.except.some((other) => relative(root.path, other) === inner)) return true;
      const kind = root.kind === "workspace" ? "workspace" : "state";
      return exclusionOf(inner, { kind, logs: options.logs ?? false }) !== undefined;
    },
    classesOf: (path) => {
      const { root, inner } = find(path);
      return classesOf(inner, {
        kind: root?.kind ?? "state",
        agents: root?.agents ?? [],
        workspaces: innerWorkspaces,
      });
    },
  };
};

const prefixOf = ({ kind, id }: StateRoot): string => (kind === "state" ? "" : id);
