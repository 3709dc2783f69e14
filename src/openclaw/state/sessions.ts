import type { DatabaseSync } from "node:sqlite";
import { asJson, valueAt, type Json } from "../json.ts";
import type { ReadColumns } from "../sqlite/open.ts";
import { columnsOf, known, lineOf, numberOf, textOf, type Row } from "../sqlite/rows.ts";
import type { SessionBudget, SessionRecord } from "./records.ts";

/** The columns of an agent's database that sessions are read from. None of them holds a word of a conversation. */
export const sessionColumns: ReadColumns = {
  session_nodes: [
    "session_key",
    "current_session_id",
    "entry_json",
    "status",
    "updated_at",
    "archived_at",
    "last_activity_at",
    "last_interaction_at",
  ],
  session_windows: ["session_id", "status", "model", "model_provider"],
  session_transcript_index_state: ["session_id", "leaf_event_id", "active_message_count", "needs_rebuild"],
};

/** More sessions than anybody has; a bound on what a hostile file can make us hold. */
export const sessionLimit = 100_000;

/**
 * The fields taken out of a stored entry. SQLite picks them, so that the rest of the entry (prompts of skills, routes)
 * never comes into this process.
 */
const entryFields = [
  "contextTokens",
  "totalTokens",
  "totalTokensFresh",
  "totalTokensVersion",
  "inputTokens",
  "outputTokens",
  "estimatedCostUsd",
  "model",
  "modelProvider",
  "lastInteractionAt",
  "lastActivityAt",
  "lastRunError",
  "contextBudgetStatus",
] as const;

/**
 * Every session of an agent's database, by key; undefined when the database keeps sessions in a way that is not known
 * here. Which of the optional columns exist is asked first, never guessed from a version number.
 */
export const sessionsOf = (database: DatabaseSync, agentId: string): readonly SessionRecord[] | undefined => {
  const nodes = columnsOf(database, "session_nodes");
  if (!nodes.has("session_key") || !nodes.has("current_session_id")) return undefined;
  const windows = columnsOf(database, "session_windows");
  const index = columnsOf(database, "session_transcript_index_state");
  const node = (name: string): string => (nodes.has(name) ? `n.${name}` : "NULL");
  const window = (name: string): string =>
    windows.has("session_id") && windows.has(name) ? `w.${name}` : "NULL";
  const indexed = (name: string): string => {
    if (!index.has("session_id") || !index.has(name)) return "NULL";
    // While the gateway rebuilds this index, what stands in it is of another time.
    return index.has("needs_rebuild") ? `CASE WHEN i.needs_rebuild = 0 THEN i.${name} END` : `i.${name}`;
  };
  const picked = entryFields.map((field) => `'$.${field}'`).join(", ");
  const rows = database
    .prepare(
      `SELECT n.session_key AS key, n.current_session_id AS sessionId,
        coalesce(${window("status")}, ${node("status")}) AS status,
        ${node("updated_at")} AS updatedAt, ${node("archived_at")} AS archivedAt,
        ${node("last_activity_at")} AS activityAt, ${node("last_interaction_at")} AS interactionAt,
        ${window("model")} AS model, ${window("model_provider")} AS provider,
        ${indexed("leaf_event_id")} AS leaf, ${indexed("active_message_count")} AS messages,
        ${nodes.has("entry_json") ? `CASE WHEN json_valid(n.entry_json) THEN json_extract(n.entry_json, ${picked}) END` : "NULL"} AS fields
      FROM session_nodes n
      ${windows.has("session_id") ? "LEFT JOIN session_windows w ON w.session_id = n.current_session_id" : ""}
      ${index.has("session_id") ? "LEFT JOIN session_transcript_index_state i ON i.session_id = n.current_session_id" : ""}
      ORDER BY n.session_key LIMIT ${sessionLimit}`,
    )
    .iterate();
  const sessions: SessionRecord[] = [];
  for (const row of rows) {
    const session = sessionOf(row, agentId);
    if (session !== undefined) sessions.push(session);
  }
  return sessions;
};

const sessionOf = (row: Row, agentId: string): SessionRecord | undefined => {
  const key = textOf(row["key"]);
  if (key === undefined) return undefined;
  const entry = entryOf(row["fields"]);
  return {
    key,
    agentId,
    ...known({
      sessionId: textOf(row["sessionId"]),
      status: lineOf(row["status"], 40),
      leaf: textOf(row["leaf"]),
      messages: numberOf(row["messages"]),
      updatedAt: numberOf(row["updatedAt"]),
      archivedAt: numberOf(row["archivedAt"]),
      lastActivityAt: latest(
        numberOf(row["activityAt"]),
        numberOf(row["interactionAt"]),
        numberOf(entry["lastActivityAt"]),
        numberOf(entry["lastInteractionAt"]),
      ),
      model: lineOf(entry["model"], 200) ?? lineOf(row["model"], 200),
      provider: lineOf(entry["modelProvider"], 200) ?? lineOf(row["provider"], 200),
    }),
    // Totals of the first version were cumulative: they say nothing about the window.
    ...tokensOf(entry, entry["totalTokensFresh"] === true && entry["totalTokensVersion"] === 1),
  };
};

/** The numbers of a stored entry, the same in a database and in the older files. */
export const tokensOf = (
  entry: Readonly<Record<string, Json | undefined>>,
  isFresh: boolean,
): Pick<
  SessionRecord,
  "windowTokens" | "usedTokens" | "inputTokens" | "outputTokens" | "costUsd" | "lastError" | "budget"
> =>
  known({
    windowTokens: positive(entry["contextTokens"]),
    usedTokens: isFresh ? numberOf(entry["totalTokens"]) : undefined,
    inputTokens: numberOf(entry["inputTokens"]),
    outputTokens: numberOf(entry["outputTokens"]),
    costUsd: numberOf(entry["estimatedCostUsd"]),
    lastError: lineOf(entry["lastRunError"]),
    budget: budgetOf(entry["contextBudgetStatus"]),
  });

const budgetOf = (budget: Json | undefined): SessionBudget | undefined => {
  const estimatedPromptTokens = numberOf(valueAt(budget, ["estimatedPromptTokens"]));
  const promptBudgetTokens = positive(valueAt(budget, ["promptBudgetBeforeReserve"]));
  if (estimatedPromptTokens === undefined || promptBudgetTokens === undefined) return undefined;
  return {
    estimatedPromptTokens,
    promptBudgetTokens,
    overflowTokens: numberOf(valueAt(budget, ["overflowTokens"])) ?? 0,
    route: lineOf(valueAt(budget, ["route"]), 40) ?? "unknown",
    shouldCompact: valueAt(budget, ["shouldCompact"]) === true,
  };
};

const entryOf = (fields: unknown): Readonly<Record<string, Json | undefined>> => {
  if (typeof fields !== "string") return {};
  // SQLite wrote this text itself, as one array in the order that was asked for.
  const values = asJson(JSON.parse(fields));
  if (!Array.isArray(values)) return {};
  return Object.fromEntries(entryFields.map((field, at): [string, Json | undefined] => [field, values[at]]));
};

const positive = (value: unknown): number | undefined => {
  const number = numberOf(value);
  return number !== undefined && number > 0 ? number : undefined;
};

const latest = (...times: readonly (number | undefined)[]): number | undefined => {
  const given = times.filter((time) => time !== undefined);
  return given.length === 0 ? undefined : Math.max(...given);
};

/** Used of the window, 0..1 and beyond; undefined when either is not known. */
export const usageOf = (session: Pick<SessionRecord, "usedTokens" | "windowTokens">): number | undefined =>
  session.usedTokens === undefined || session.windowTokens === undefined
    ? undefined
    : session.usedTokens / session.windowTokens;

/** Estimated prompt of its budget: above 1 the next turn does not fit. */
export const pressureOf = (session: Pick<SessionRecord, "budget">): number | undefined =>
  session.budget === undefined
    ? undefined
    : session.budget.estimatedPromptTokens / session.budget.promptBudgetTokens;
