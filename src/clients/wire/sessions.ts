import * as z from "zod";
import type { ContextBudget, SessionFacts } from "../facts.ts";
import { known } from "./known.ts";
import { name, rowsOf, softFlag, softLine, softNumber, softTime } from "./soft.ts";

/**
 * Rows of `sessions.list` and `sessions.describe`. Two traps live here. `contextTokens` is the window, not the usage;
 * and `totalTokens` is worth something only with `totalTokensFresh: true`: other answers keep the old number beside
 * the flag. `status: "done"` is handed on as it is, because it also stands on sessions that fail every turn.
 */
const budgetSchema = z.object({
  estimatedPromptTokens: z.number(),
  promptBudgetBeforeReserve: z.number().positive(),
  overflowTokens: z.number(),
  route: name(64),
  shouldCompact: z.boolean(),
});

const rowSchema = z.object({
  key: name(512),
  agentId: softLine(128),
  status: softLine(64),
  contextTokens: softNumber,
  totalTokens: softNumber,
  totalTokensFresh: softFlag,
  contextBudgetStatus: budgetSchema.nullish().catch(undefined),
  hasActiveRun: softFlag,
  startedAt: softTime,
  lastRunError: softLine(300),
  lastInteractionAt: softTime,
  updatedAt: softTime,
  model: softLine(128),
  modelProvider: softLine(128),
  messageCount: softNumber,
  estimatedCostUsd: softNumber,
});

type Row = z.infer<typeof rowSchema>;

const listSchema = z.object({
  sessions: z.array(z.unknown()),
  totalCount: softNumber,
  nextOffset: softNumber,
  hasMore: softFlag,
});

export type SessionsPage = {
  readonly sessions: readonly SessionFacts[];
  readonly total: number;
  /** Where the next page begins; absent on the last one. */
  readonly nextOffset?: number;
  readonly refused: number;
};

export const sessionsPageLimit = 200;

/** `skewMs` is how far the gateway's clock is ahead of ours; facts carry our time. */
export const sessionsPageOf = (value: unknown, skewMs: number): SessionsPage | undefined => {
  const read = listSchema.safeParse(value);
  if (!read.success) return undefined;
  const { sessions, totalCount, nextOffset, hasMore } = read.data;
  const { rows, refused } = rowsOf(sessions, rowSchema, sessionsPageLimit);
  return {
    sessions: rows.filter((row) => !isInternal(row.key)).map((row) => factsOf(row, skewMs)),
    total: totalCount ?? rows.length,
    refused,
    ...(hasMore === true && nextOffset !== undefined ? { nextOffset } : {}),
  };
};

const describedSchema = z.object({ session: rowSchema.nullable() });

/** "gone" when the gateway answers that there is no such session. */
export const describedSessionOf = (value: unknown, skewMs: number): SessionFacts | "gone" | undefined => {
  const read = describedSchema.safeParse(value);
  if (!read.success) return undefined;
  return read.data.session === null ? "gone" : factsOf(read.data.session, skewMs);
};

/** Rows the gateway keeps for its own bookkeeping. */
export const isInternal = (key: string): boolean => key.includes(":internal-session-effects:");

const factsOf = (row: Row, skewMs: number): SessionFacts => {
  const running = row.hasActiveRun === true;
  const activity = row.lastInteractionAt ?? row.updatedAt;
  return known({
    key: row.key,
    agentId: row.agentId ?? agentOf(row.key),
    status: row.status,
    windowTokens: row.contextTokens,
    usedTokens: row.totalTokensFresh === true ? row.totalTokens : undefined,
    budget: budgetOf(row),
    running,
    runningSince: running && row.startedAt !== undefined ? row.startedAt - skewMs : undefined,
    lastError: row.lastRunError,
    lastActivityAt: activity === undefined ? undefined : activity - skewMs,
    updatedAt: row.updatedAt === undefined ? undefined : row.updatedAt - skewMs,
    model: row.model,
    provider: row.modelProvider,
    messages: row.messageCount,
    costUsd: row.estimatedCostUsd,
  });
};

const budgetOf = (row: Row): ContextBudget | undefined => {
  const budget = row.contextBudgetStatus;
  if (budget === null || budget === undefined) return undefined;
  return {
    estimatedPromptTokens: budget.estimatedPromptTokens,
    promptBudgetTokens: budget.promptBudgetBeforeReserve,
    overflowTokens: budget.overflowTokens,
    route: budget.route,
    shouldCompact: budget.shouldCompact,
  };
};

/** Keys read `agent:<id>:<name>`. */
const agentOf = (key: string): string => {
  const [kind, id] = key.split(":", 2);
  return kind === "agent" && id !== undefined && id !== "" ? id : "main";
};
