import { isJsonArray, isJsonObject, textAt, valueAt, type Json, type JsonObject } from "../json.ts";

/** One agent as the configuration names it. */
export type ConfiguredAgent = {
  readonly id: string;
  /** As written: it may start with `~`. Absent: OpenClaw's default for this agent. */
  readonly workspace?: string;
  readonly agentDir?: string;
};

/** The agent OpenClaw means when the configuration names none. */
export const implicitAgent = "main";

/**
 * The agents of a configuration, from either form of its roster (`agents.entries` by id, or the older `agents.list`).
 * Ids are folded as OpenClaw folds them, since they become the names of directories; the first of equal ids counts.
 */
export const configuredAgents = (config: Json | undefined): readonly ConfiguredAgent[] => {
  const seen = new Map<string, ConfiguredAgent>();
  for (const { id, entry } of roster(config)) {
    const folded = agentIdOf(id);
    if (seen.has(folded)) continue;
    const workspace = textAt(entry, ["workspace"]);
    const agentDir = textAt(entry, ["agentDir"]);
    seen.set(folded, {
      id: folded,
      ...(workspace === undefined ? {} : { workspace }),
      ...(agentDir === undefined ? {} : { agentDir }),
    });
  }
  if (seen.size === 0) return [{ id: implicitAgent }];
  return [...seen.values()];
};

const roster = (config: Json | undefined): readonly { readonly id: string; readonly entry: JsonObject }[] => {
  const entries = valueAt(config, ["agents", "entries"]);
  if (isJsonObject(entries)) {
    return Object.entries(entries).flatMap(([id, entry]) => (isJsonObject(entry) ? [{ id, entry }] : []));
  }
  const list = valueAt(config, ["agents", "list"]);
  if (!isJsonArray(list)) return [];
  return list.flatMap((entry) => (isJsonObject(entry) ? [{ id: textAt(entry, ["id"]) ?? "", entry }] : []));
};

/** The folded form of an agent id: lower case, letters, digits, `_` and `-`, at most 64 characters. */
export const agentIdOf = (id: string): string => {
  const folded = id
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+/, "")
    .replace(/-+$/, "")
    .slice(0, 64);
  return folded === "" ? implicitAgent : folded;
};

/** The agent a default workspace belongs to: the only one, or the one marked as default. */
export const defaultAgentOf = (config: Json | undefined): string | undefined => {
  const listed = roster(config);
  if (listed.length === 0) return implicitAgent;
  if (listed.length === 1) return agentIdOf(listed[0]?.id ?? "");
  const marked = listed.filter(({ entry }) => entry["default"] === true);
  return marked.length === 1 ? agentIdOf(marked[0]?.id ?? "") : undefined;
};
