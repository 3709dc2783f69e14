import type { DatabaseFacts, Json, SessionFacts } from "../core/index.ts";

/** What a snapshot carries besides its bytes (`state-words.ts`), as far as it is known. */
export type CarriedWords = {
  readonly sessions: readonly SessionFacts[] | undefined;
  readonly databases: readonly DatabaseFacts[] | undefined;
};

/** As far as it is in a form we know: it may come from another version of clawback. */
export const carriedWords = (sessions: Json): CarriedWords => {
  const words = objectOf(sessions);
  return { sessions: sessionsCarried(sessions), databases: listOf(words?.["databases"], databaseOf) };
};

/** The sessions of a snapshot with the leaf each ended at; undefined when they are not known. */
export const sessionsCarried = (sessions: Json): readonly SessionFacts[] | undefined =>
  listOf(objectOf(sessions)?.["sessions"], sessionOf);

/** What the disk told of the state when the snapshot was taken. */
export const vitalsCarried = (sessions: Json): Readonly<Record<string, number>> | undefined => {
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
