import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import type { GatewaySettings } from "../../../clients/index.ts";
import type { MovedRows, PathMove, SnapshotSummary } from "../../../core/index.ts";
import type { StateSource } from "../../../keeping/index.ts";
import { isJsonObject, isWithin, type Json } from "../../../openclaw/index.ts";
import { hostSections, movedConfig, type Migration } from "../../takeback/migration.ts";

/** A directory that a restore brings in: by its name in the snapshot, and where it goes. */
export type RestoreRoot = {
  readonly prefix: string;
  readonly path: string;
  readonly kind: "state" | "workspace";
};

export type RootPlan = {
  readonly roots: readonly RestoreRoot[];
  /** Directories of the snapshot for which there is no place here. */
  readonly homeless: readonly SavedRoot[];
  readonly moves: readonly PathMove[];
  /** Directories that would be replaced, and that this gateway does not call its own now: nobody else looks into them. */
  readonly unclaimed: readonly SavedRoot[];
};

type SavedRoot = { readonly prefix: string; readonly path: string };

/**
 * Where each directory of a snapshot goes: where this gateway has one of that name, else to the same place relative to
 * its state directory, as one home goes to another.
 */
export const planRoots = (saved: readonly SavedRoot[], source: StateSource): RootPlan => {
  const origin = saved.find(({ prefix }) => prefix === "")?.path ?? source.stateDir;
  const known = new Map(source.present.map((root) => [root.prefix, root]));
  const roots: RestoreRoot[] = [];
  const homeless: SavedRoot[] = [];
  const unclaimed: SavedRoot[] = [];
  const moves: PathMove[] = [];
  for (const { prefix, path } of saved) {
    const here = known.get(prefix)?.path ?? besideState(path, origin, source.stateDir);
    if (here === undefined) {
      homeless.push({ prefix, path });
      continue;
    }
    const kind = known.get(prefix)?.kind ?? (prefix.startsWith("@workspace") ? "workspace" : "state");
    roots.push({ prefix, path: here, kind: kind === "workspace" ? "workspace" : "state" });
    if (path !== here) moves.push({ from: path, to: here });
    if (!known.has(prefix) && existsSync(here)) unclaimed.push({ prefix, path: here });
  }
  return {
    roots,
    homeless,
    moves: moves.toSorted((left, right) => right.from.length - left.from.length),
    unclaimed,
  };
};

const besideState = (path: string, origin: string, stateDir: string): string | undefined => {
  if (origin === stateDir) return path;
  const home = dirname(origin);
  if (home === "/" || !isWithin(path, home)) return undefined;
  const way = relative(home, path);
  const [first = "", ...rest] = way.split(sep);
  return join(dirname(stateDir), first === basename(origin) ? basename(stateDir) : first, ...rest);
};

export type MigrationFacts = {
  readonly snapshot: SnapshotSummary;
  readonly settings: GatewaySettings;
  /** What the gateway of the snapshot is called where people speak of it; its name otherwise. */
  readonly originLabel: string | undefined;
  readonly moves: readonly PathMove[];
  readonly savedConfig: Json | undefined;
  readonly liveConfig: Json | undefined;
  readonly databasePaths: readonly MovedRows[];
  readonly includes: (path: string) => boolean;
};

/** What a restore onto another gateway or into another place does besides; undefined: it is neither. */
export const planMigration = (facts: MigrationFacts): Migration | undefined => {
  const { snapshot, settings, moves, savedConfig, liveConfig, includes } = facts;
  const withConfig = includes("openclaw.json");
  const betweenGateways = snapshot.gateway !== null && snapshot.gateway !== settings.name;
  if (!betweenGateways && moves.length === 0) return undefined;
  return {
    from: {
      label: facts.originLabel ?? snapshot.gateway ?? snapshot.host,
      host: snapshot.host === hostname() ? "this host" : snapshot.host,
      stateDir: snapshot.stateDir,
    },
    to: { label: settings.labels[0] ?? settings.name },
    moves,
    kept: betweenGateways && withConfig ? Object.keys(keptSections(liveConfig)) : [],
    configPaths: savedConfig === undefined || !withConfig ? 0 : movedConfig(savedConfig, moves, {}).moved,
    databasePaths: facts.databasePaths.filter(({ database }) => includes(database)),
  };
};

/** What of the live configuration belongs to this host. */
export const keptSections = (live: Json | undefined): Readonly<Record<string, Json>> => {
  if (!isJsonObject(live)) return {};
  return Object.fromEntries(
    hostSections.flatMap((name) => {
      const section = live[name];
      return section === undefined ? [] : [[name, section] as const];
    }),
  );
};
