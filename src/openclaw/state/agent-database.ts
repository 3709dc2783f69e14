import type { StateFinding } from "../finding.ts";
import { readDatabase, type DatabaseAnswer, type ReadColumns } from "../sqlite/open.ts";
import { columnsOf, numberOf, textOf, usedBytesOf, userVersionOf } from "../sqlite/rows.ts";
import type { SessionRecord } from "./records.ts";
import { sessionColumns, sessionLimit, sessionsOf } from "./sessions.ts";

export type IndexedFile = { readonly path: string; readonly sizeBytes?: number };

export type AgentDatabase = {
  readonly schemaVersion: number;
  /** What is in use of it, its log included. */
  readonly sizeBytes: number;
  /** Undefined: this database keeps its sessions in a way that is not known here; a finding says so. */
  readonly sessions: readonly SessionRecord[] | undefined;
  /** The gateway's index of the memory files; undefined when it keeps none. */
  readonly memory:
    | { readonly pieces: number; readonly revision?: number; readonly files: readonly IndexedFile[] }
    | undefined;
  readonly findings: readonly StateFinding[];
};

export const agentColumns: ReadColumns = {
  ...sessionColumns,
  memory_index_chunks: ["id"],
  memory_index_sources: ["path", "source", "size"],
  memory_index_state: ["revision"],
};

const memoryFileLimit = 50_000;

/**
 * An agent's database at one moment: its sessions and what its memory index holds. `path` is the live one, a restored
 * one or a copy; it is only read.
 */
export const readAgentDatabase = (
  path: string,
  agentId: string,
  withSessions = true,
): DatabaseAnswer<AgentDatabase> =>
  readDatabase(path, agentColumns, (database) => {
    const schemaVersion = userVersionOf(database);
    const sessions = withSessions ? sessionsOf(database, agentId) : [];
    const findings: StateFinding[] = [];
    if (sessions === undefined) {
      findings.push({
        code: "STATE_SCHEMA_UNKNOWN",
        path,
        message: `keeps sessions in an unknown schema ${schemaVersion}`,
        hint: "This version of clawback cannot read its sessions. Snapshots and restores are not affected.",
      });
    } else if (sessions.length === sessionLimit) {
      findings.push({
        code: "STATE_TOO_LARGE",
        path,
        message: `has more than ${sessionLimit} sessions; the rest are not listed`,
        hint: "Counts and comparisons cover the listed ones only.",
      });
    }
    return {
      schemaVersion,
      sizeBytes: usedBytesOf(database),
      sessions,
      memory: memoryOf(database),
      findings,
    };
  });

const memoryOf = (database: Parameters<typeof sessionsOf>[0]): AgentDatabase["memory"] => {
  const chunks = columnsOf(database, "memory_index_chunks");
  const sources = columnsOf(database, "memory_index_sources");
  if (chunks.size === 0 || !sources.has("path")) return undefined;
  const pieces =
    numberOf(database.prepare("SELECT count(*) AS n FROM memory_index_chunks").get()?.["n"]) ?? 0;
  const revision = columnsOf(database, "memory_index_state").has("revision")
    ? numberOf(database.prepare("SELECT max(revision) AS n FROM memory_index_state").get()?.["n"])
    : undefined;
  const files = database
    .prepare(
      `SELECT path, ${sources.has("size") ? "size" : "NULL AS size"} FROM memory_index_sources
      ${sources.has("source") ? "WHERE source = 'memory'" : ""} LIMIT ${memoryFileLimit}`,
    )
    .all()
    .flatMap((row): IndexedFile[] => {
      const path = textOf(row["path"]);
      const sizeBytes = numberOf(row["size"]);
      if (path === undefined) return [];
      return [sizeBytes === undefined ? { path } : { path, sizeBytes }];
    });
  return { pieces, ...(revision === undefined ? {} : { revision }), files };
};
