import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  nameInSnapshot,
  type DatabaseFacts,
  type FilesBelow,
  type Json,
  type StateWords,
} from "../core/index.ts";
import { errnoOf } from "../ground/index.ts";
import { countRows, exclusionOf, readState, type StateReading } from "../openclaw/index.ts";
import { vitalsCarried } from "./carried-words.ts";
import type { StateSource } from "./state-source.ts";

/** Numbers of a gateway that answers. Those that its disk tells too are taken from there: they are what is saved. */
export type LiveVitals = Readonly<Record<string, number>>;

/**
 * What a snapshot says of the state in it besides its bytes: vitals, every session with the leaf a rewind comes back to,
 * and the rows of each table. It is read from disk while the bytes are, so while a gateway is busy it may be a turn
 * ahead of them. Without any of it a snapshot is as whole.
 */
export const stateWords = async (
  source: StateSource,
  more: {
    readonly live?: LiveVitals;
    readonly before?: StateWords | undefined;
    readonly filesBelow?: FilesBelow;
  } = {},
): Promise<StateWords> => {
  const known = more.before === undefined ? undefined : vitalsCarried(more.before.sessions);
  if (more.before !== undefined && known !== undefined) {
    return { ...more.before, vitals: { ...more.live, ...known } };
  }
  const reading = await readState(source.stateDir, {
    roots: source.roots,
    ...(more.filesBelow === undefined ? {} : { filesBelow: more.filesBelow }),
  });
  const vitals = { ...reading.vitals };
  return {
    vitals: { ...more.live, ...vitals },
    sessions: {
      kind: reading.kind,
      vitals,
      // A list that is too short would make sessions seem to have gone.
      sessions: reading.vitals.sessions === undefined ? null : reading.sessions.map(sessionWords),
      databases: databasesOf(source, reading).map(({ path, userVersion, tables }) => ({
        path,
        userVersion,
        tables: tables.map(({ name, rows }) => [name, rows]),
      })),
    },
    ...(reading.gatewayVersion === undefined ? {} : { gatewayVersion: reading.gatewayVersion }),
  };
};

const sessionWords = (session: StateReading["sessions"][number]): Json => {
  const {
    key,
    agentId,
    sessionId,
    leaf,
    messages,
    usedTokens,
    windowTokens,
    status,
    lastActivityAt,
    budget,
  } = session;
  // Whether its next turn would fit: what makes this snapshot the last good one of this session, or not.
  const fits = budget === undefined ? undefined : budget.route === "fits" && !budget.shouldCompact;
  const facts = {
    key,
    agentId,
    sessionId,
    leaf,
    messages,
    usedTokens,
    windowTokens,
    status,
    lastActivityAt,
    fits,
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
};

/** Those of agents wherever they are, and those in the places of the gateway's own. */
const databasesOf = (source: StateSource, reading: StateReading): readonly DatabaseFacts[] => {
  const { stateDir, plan } = source;
  const own = ["state", "memory", "tasks", "flows"].flatMap((directory) =>
    sqliteFilesIn(join(stateDir, directory)),
  );
  const paths = new Set([...own, ...reading.agents.flatMap(({ database }) => database ?? [])]);
  return [...paths].sort().flatMap((absolute): DatabaseFacts[] => {
    const path = nameInSnapshot(plan, absolute);
    if (path === undefined || exclusionOf(path, { kind: "state" }) !== undefined) return [];
    const counted = countRows(absolute);
    return counted.kind === "read" ? [{ path, ...counted.value }] : [];
  });
};

const sqliteFilesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
      .filter((name) => /\.sqlite3?$/.test(name))
      .map((name) => join(directory, name));
  } catch (error) {
    // Not every gateway has each of these directories.
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
};
