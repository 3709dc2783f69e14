import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { DatabaseFacts, Json, SessionFacts, StateWords } from "../core/index.ts";
import { countRows, exclusionOf, readState, type StateReading } from "../openclaw/index.ts";
import type { StateSource } from "./state-source.ts";

/**
 * What a snapshot says of the state in it besides its bytes: vitals, every session with the leaf a rewind comes back to,
 * and the rows of each table. It is read from disk while the bytes are, so while a gateway is busy it may be a turn
 * ahead of them. Without any of it a snapshot is as whole.
 */
export type CarriedWords = {
  readonly sessions: readonly SessionFacts[] | undefined;
  readonly databases: readonly DatabaseFacts[] | undefined;
};

/** Numbers of a gateway that answers. Those that its disk tells too are taken from there: they are what is saved. */
export type LiveVitals = Readonly<Record<string, number>>;

export const stateWords = async (
  source: StateSource,
  more: { readonly live?: LiveVitals; readonly before?: StateWords | undefined } = {},
): Promise<StateWords> => {
  const known = more.before === undefined ? undefined : diskVitals(more.before);
  if (more.before !== undefined && known !== undefined) {
    return { ...more.before, vitals: { ...more.live, ...known } };
  }
  const reading = await readState(source.stateDir, { roots: source.roots });
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
    const path = inSnapshot(plan, absolute);
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
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
};

const inSnapshot = (plan: StateSource["plan"], absolute: string): string | undefined => {
  for (const { prefix, path } of plan.roots.toReversed()) {
    const way = relative(path, absolute);
    if (way === "" || way.startsWith("..")) continue;
    return [...(prefix === "" ? [] : [prefix]), ...way.split(sep)].join("/");
  }
  return undefined;
};

/** What a snapshot carries, as far as it is in a form we know: it may come from another version of clawback. */
export const carriedWords = (sessions: Json): CarriedWords => {
  const words = objectOf(sessions);
  return { sessions: sessionsCarried(sessions), databases: listOf(words?.["databases"], databaseOf) };
};

/** The sessions of a snapshot with the leaf each ended at; undefined when they are not known. */
export const sessionsCarried = (sessions: Json): readonly SessionFacts[] | undefined =>
  listOf(objectOf(sessions)?.["sessions"], sessionOf);

const diskVitals = ({ sessions }: StateWords): Readonly<Record<string, number>> | undefined => {
  const vitals = objectOf(objectOf(sessions)?.["vitals"]);
  return vitals === undefined ? undefined : numbersOf(vitals);
};

/** Names and numbers of a JSON object; what is no number is not known. */
export const numbersOf = (value: Json | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(objectOf(value) ?? {}).flatMap(([name, number]) =>
      typeof number === "number" ? [[name, number] as const] : [],
    ),
  );

const objectOf = (value: Json | undefined): Readonly<Record<string, Json>> | undefined =>
  typeof value === "object" && value !== null && !isList(value) ? value : undefined;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const listOf = <T>(value: Json | undefined, read: (item: Json) => T | undefined): readonly T[] | undefined =>
  value === undefined || !isList(value) ? undefined : value.flatMap((item) => read(item) ?? []);

const sessionOf = (item: Json): SessionFacts | undefined => {
  const words = objectOf(item);
  const key = words?.["key"];
  const agentId = words?.["agentId"];
  if (words === undefined || typeof key !== "string" || typeof agentId !== "string") return undefined;
  const { leaf, status, messages, usedTokens, windowTokens, lastActivityAt } = words;
  return {
    key,
    agentId,
    ...(typeof leaf === "string" ? { leaf } : {}),
    ...(typeof status === "string" ? { status } : {}),
    ...(typeof messages === "number" ? { messages } : {}),
    ...(typeof usedTokens === "number" ? { usedTokens } : {}),
    ...(typeof windowTokens === "number" ? { windowTokens } : {}),
    ...(typeof lastActivityAt === "number" ? { lastActivityAt } : {}),
  };
};

const databaseOf = (item: Json): DatabaseFacts | undefined => {
  const words = objectOf(item);
  const { path, userVersion } = words ?? {};
  if (typeof path !== "string" || typeof userVersion !== "number") return undefined;
  const tables = listOf(words?.["tables"], (table) => {
    if (!isList(table)) return undefined;
    const [name, rows] = table;
    return typeof name === "string" && typeof rows === "number" ? { name, rows } : undefined;
  });
  return { path, userVersion, tables: tables ?? [] };
};
