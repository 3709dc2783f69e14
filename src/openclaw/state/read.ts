import { readdirSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { agentIdOf } from "../config/agents.ts";
import { isMissing } from "../../ground/index.ts";
import { findingAt, type StateFinding } from "../finding.ts";
import { readLegacySessions, type LegacySessions } from "../legacy/sessions.ts";
import { isWithin, type StateRoots } from "../layout/roots.ts";
import type { DatabaseAnswer } from "../sqlite/open.ts";
import { agentColumns, readAgentDatabase, type AgentDatabase } from "./agent-database.ts";
import { bootsOf } from "./boots.ts";
import {
  gatewayColumns,
  quarantineColumns,
  readGatewayDatabase,
  readQuarantine,
  type OwnerLease,
} from "./gateway-database.ts";
import { memoryFilesOf, type FilesBelow, type MemoryFile } from "./memory-files.ts";
import type {
  AgentRecord,
  BackupRecord,
  BootRecord,
  CronRecord,
  DeliveryRecord,
  DeviceRecord,
  MemoryRecord,
  QuarantineRecord,
  SessionRecord,
} from "./records.ts";
import { vitalsOf, type StateVitals } from "./vitals.ts";

/**
 * Everything a state directory tells, read from disk at about one moment. Lists are undefined when they are not known:
 * this version keeps no such thing, or it could not be read, which a finding then says.
 */
export type StateReading = {
  readonly stateDir: string;
  /** `legacy`: a gateway from before its sessions moved to SQLite. */
  readonly kind: "sqlite" | "legacy" | "empty";
  /** The OpenClaw that last started on it. */
  readonly gatewayVersion?: string;
  /** Of the gateway's own database. */
  readonly gatewaySchema?: number;
  readonly agents: readonly AgentRecord[];
  /** All that could be read, by agent and key; `vitals.sessions` is absent when some could not. */
  readonly sessions: readonly SessionRecord[];
  readonly memory: readonly MemoryRecord[];
  readonly boots: readonly BootRecord[] | undefined;
  readonly devices: readonly DeviceRecord[] | undefined;
  readonly cron: readonly CronRecord[] | undefined;
  readonly deliveries: readonly DeliveryRecord[] | undefined;
  readonly backups: readonly BackupRecord[] | undefined;
  readonly quarantine: readonly QuarantineRecord[];
  /** Who holds the gateway's database by its own account: evidence for `findOwner`. */
  readonly lease?: OwnerLease;
  readonly vitals: StateVitals;
  readonly findings: readonly StateFinding[];
};

export type StateReadOptions = {
  /** Where workspaces and agent directories are, from `stateRoots`; without it the usual places are looked at. */
  readonly roots?: StateRoots;
  /** Whether the gateway runs, when that is known: it tells a running start from a crashed one. */
  readonly owner?: "alive" | "gone" | "unknown";
  /** False leaves the sessions unread, which are most of the work: then nothing is said of them. */
  readonly sessions?: boolean;
  readonly filesBelow?: FilesBelow;
  readonly signal?: AbortSignal;
};

/** Whether any of this table's columns is read for that; of a database laid out for it, the others may be missing. */
export const isReadOfState = (table: string): boolean =>
  [gatewayColumns, quarantineColumns, agentColumns].some((columns) => Object.hasOwn(columns, table));

export const readState = async (stateDir: string, options: StateReadOptions = {}): Promise<StateReading> => {
  const findings: StateFinding[] = [];
  const take = <T>(answer: DatabaseAnswer<T>): T | undefined => {
    if (answer.kind === "finding") findings.push(answer.finding);
    return answer.kind === "read" ? answer.value : undefined;
  };

  const missing = missingDirectory(stateDir) ?? unlistable(join(stateDir, "agents"));
  if (missing !== undefined) findings.push(missing);
  const gateway = take(readGatewayDatabase(join(stateDir, "state", "openclaw.sqlite")));
  const quarantine = take(readQuarantine(join(stateDir, "state", "openclaw-quarantine.sqlite")));

  const places = agentPlaces(stateDir, options.roots, gateway?.agentDatabases ?? []);
  const agents: AgentRecord[] = [];
  const sessions: SessionRecord[] = [];
  const memory: MemoryRecord[] = [];
  const withSessions = options.sessions !== false;
  let isWhole = missing === undefined && withSessions;
  for (const place of places) {
    options.signal?.throwIfAborted();
    const answer = readAgentDatabase(place.database, place.id, withSessions);
    const database = take(answer);
    findings.push(...(database?.findings ?? []));
    // A legacy index beside a database has been taken over into it: only the database counts.
    const legacy =
      answer.kind === "absent" && withSessions
        ? await readLegacySessions(place.sessionsDir, place.id, options)
        : undefined;
    findings.push(...(legacy?.findings ?? []));
    sessions.push(...(database?.sessions ?? legacy?.sessions ?? []));
    if (answer.kind === "finding" || (database !== undefined && database.sessions === undefined))
      isWhole = false;
    if (legacy?.findings.some(({ code }) => code === "LEGACY_STORE_BROKEN") === true) isWhole = false;
    agents.push(agentRecord(place, answer, legacy));
    memory.push(memoryRecord(place.id, database?.memory, await filesIn(place.workspace, options)));
  }

  return {
    stateDir,
    kind: kindOf(agents, gateway !== undefined),
    ...(gateway?.appVersion === undefined ? {} : { gatewayVersion: gateway.appVersion }),
    ...(gateway === undefined ? {} : { gatewaySchema: gateway.schemaVersion }),
    agents,
    sessions,
    memory,
    boots: gateway?.boots === undefined ? undefined : bootsOf(gateway.boots, options.owner ?? "unknown"),
    devices: gateway?.devices,
    cron: gateway?.cron,
    deliveries: gateway?.deliveries,
    backups: gateway?.backups,
    quarantine: quarantine ?? [],
    ...(gateway?.lease === undefined ? {} : { lease: gateway.lease }),
    vitals: vitalsOf({ agents, sessions: isWhole ? sessions : undefined, memory }),
    findings,
  };
};

type AgentPlace = {
  readonly id: string;
  readonly database: string;
  readonly sessionsDir: string;
  readonly workspace: string;
};

/** Every agent that the directory, its database or the configuration knows, by id. */
const agentPlaces = (
  stateDir: string,
  roots: StateRoots | undefined,
  listed: readonly { readonly agentId: string; readonly path: string }[],
): readonly AgentPlace[] => {
  const databases = new Map<string, string>();
  const usual = (id: string): string => join(stateDir, "agents", id, "agent", "openclaw-agent.sqlite");
  for (const id of directoriesIn(join(stateDir, "agents"))) databases.set(id, usual(id));
  for (const { agentId, path } of listed) {
    // An absolute path in a copy would lead back to the original; only paths below this directory are followed.
    const database = resolve(stateDir, path);
    if (!isAbsolute(path) && isWithin(database, stateDir)) databases.set(agentId, database);
  }
  for (const [id, directory] of roots?.agentDirs ?? [])
    databases.set(id, join(directory, "openclaw-agent.sqlite"));
  return [...databases]
    .filter(([id, database]) => id === agentIdOf(id) && database !== "")
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, database]) => ({
      id,
      database,
      sessionsDir: join(stateDir, "agents", id, "sessions"),
      workspace: roots?.workspaces.get(id) ?? join(stateDir, id === "main" ? "workspace" : `workspace-${id}`),
    }));
};

const agentRecord = (
  place: AgentPlace,
  answer: DatabaseAnswer<AgentDatabase>,
  legacy: LegacySessions | undefined,
): AgentRecord => {
  if (answer.kind === "absent") {
    return legacy === undefined
      ? { id: place.id, kind: "configured" }
      : {
          id: place.id,
          kind: "legacy",
          ...(legacy.sizeBytes === undefined ? {} : { sizeBytes: legacy.sizeBytes }),
        };
  }
  return {
    id: place.id,
    kind: "sqlite",
    database: place.database,
    ...(answer.kind === "read"
      ? { sizeBytes: answer.value.sizeBytes, schemaVersion: answer.value.schemaVersion }
      : {}),
  };
};

/** Undefined when they are not known: nobody said where the workspace is, and it is not in its usual place. */
const filesIn = async (
  workspace: string,
  { roots, filesBelow }: StateReadOptions,
): Promise<readonly MemoryFile[] | undefined> => {
  const found = await memoryFilesOf(workspace, filesBelow);
  if (found.kind === "read") return found.files;
  return found.kind === "absent" && roots !== undefined ? [] : undefined;
};

const memoryRecord = (
  agentId: string,
  index: AgentDatabase["memory"],
  files: readonly MemoryFile[] | undefined,
): MemoryRecord => {
  const indexed = new Map(index?.files.map((file) => [file.path, file.sizeBytes]));
  const onDisk = new Set(files?.map((file) => file.path));
  // An index that never took anything in is switched off: nothing can be stale in it.
  const inUse = indexed.size > 0;
  return {
    agentId,
    ...(index === undefined ? {} : { indexed: index.pieces, indexedFiles: index.files.length }),
    ...(index?.revision === undefined ? {} : { revision: index.revision }),
    ...(files === undefined ? {} : { files: files.length }),
    ...(files === undefined || !inUse
      ? {}
      : {
          stale: files.filter((file) => indexed.get(file.path) !== file.sizeBytes).length,
          gone: [...indexed.keys()].filter((path) => !onDisk.has(path)).length,
        }),
  };
};

const kindOf = (agents: readonly AgentRecord[], hasDatabase: boolean): StateReading["kind"] => {
  if (hasDatabase || agents.some(({ kind }) => kind === "sqlite")) return "sqlite";
  return agents.some(({ kind }) => kind === "legacy") ? "legacy" : "empty";
};

const directoriesIn = (directory: string): readonly string[] => {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    // Missing is no agents; a directory that may not be listed was made a finding before.
    return [];
  }
};

const unlistable = (directory: string): StateFinding | undefined => {
  const finding = missingDirectory(directory);
  return finding?.code === "STATE_DIRECTORY_UNREADABLE" ? finding : undefined;
};

const missingDirectory = (stateDir: string): StateFinding | undefined => {
  try {
    readdirSync(stateDir);
    return undefined;
  } catch (error) {
    return isMissing(error)
      ? findingAt(
          "STATE_DIRECTORY_MISSING",
          stateDir,
          "is not a directory",
          "Say where the state directory is: --state-dir, stateDir in the configuration, or OPENCLAW_STATE_DIR.",
        )
      : findingAt(
          "STATE_DIRECTORY_UNREADABLE",
          stateDir,
          "cannot be listed",
          "Run as the user that owns the state directory.",
        );
  }
};
