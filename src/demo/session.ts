import type { JsonObject } from "./json.ts";

/**
 * A session as the gateway keeps it: its numbers, and its transcript as a tree in which one path is active. Whether
 * the next turn fits follows from that path alone, so that a session taken back to an earlier leaf is alive again.
 */
export type ContextBudgetStatus = {
  readonly schemaVersion: 1;
  readonly source: "pre-prompt-estimate";
  readonly updatedAt: number;
  readonly provider: string;
  readonly model: string;
  readonly route: "fits" | "compact_only";
  readonly shouldCompact: boolean;
  readonly estimatedPromptTokens: number;
  readonly contextTokenBudget: number;
  readonly promptBudgetBeforeReserve: number;
  readonly reserveTokens: number;
  readonly effectiveReserveTokens: number;
  readonly remainingPromptBudgetTokens: number;
  readonly overflowTokens: number;
  readonly toolResultReducibleChars: number;
  readonly messageCount: number;
  readonly unwindowedMessageCount: number;
  readonly sessionId: string;
};

/** What a finished turn leaves in the row. Absent as a whole when it is not fresh. */
export type TurnNumbers = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly estimatedCostUsd: number;
  readonly budget: ContextBudgetStatus;
};

export type TranscriptEntry = {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: "session" | "message" | "compaction";
  readonly role: "user" | "assistant" | undefined;
  readonly at: number;
  /** Prompt tokens the provider counted for this answer, or what a compaction left. */
  readonly promptTokens: number | undefined;
};

/** An entry of the transcript with the JSON that holds its text. The text lives on disk only. */
export type WrittenEvent = { readonly entry: TranscriptEntry; readonly event: JsonObject };

export type Session = {
  readonly key: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly previousSessionId: string | undefined;
  readonly windowReason: "rewind" | "switch" | undefined;
  readonly lifecycleRevision: string;
  readonly createdAt: number;
  readonly createdVia: "operator" | "channel" | "cron";
  readonly provider: string;
  readonly model: string;
  readonly windowTokens: number;
  readonly reserveTokens: number;
  readonly transcript: readonly TranscriptEntry[];
  readonly leafId: string;
  readonly status: "running" | "done" | undefined;
  readonly updatedAt: number;
  readonly lastInteractionAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly lastRunId: string | undefined;
  readonly numbers: TurnNumbers | undefined;
  readonly activeRunId: string | undefined;
  /** How the last answer begins. */
  readonly preview: string | undefined;
};

/** From the root to the active leaf. */
export const activePath = (session: Session): readonly TranscriptEntry[] =>
  pathTo(session.transcript, session.leafId);

export const pathTo = (
  transcript: readonly TranscriptEntry[],
  leafId: string,
): readonly TranscriptEntry[] => {
  const byId = new Map(transcript.map((entry) => [entry.id, entry]));
  const path: TranscriptEntry[] = [];
  for (let entry = byId.get(leafId); entry !== undefined;) {
    path.push(entry);
    entry = entry.parentId === null ? undefined : byId.get(entry.parentId);
  }
  return path.reverse();
};

export const messagesOf = (path: readonly TranscriptEntry[]): readonly TranscriptEntry[] =>
  path.filter(({ type }) => type === "message");

/** The ends of all branches: entries without a child. */
export const branchTips = (session: Session): readonly TranscriptEntry[] => {
  const parents = new Set(session.transcript.map(({ parentId }) => parentId));
  return session.transcript.filter(
    ({ id, type }) => type !== "session" && (id === session.leafId || !parents.has(id)),
  );
};

/** Prompt tokens at the end of the active path, as the provider last counted them. */
export const promptTokensOf = (session: Session): number =>
  activePath(session).findLast(({ promptTokens }) => promptTokens !== undefined)?.promptTokens ??
  Math.round(session.windowTokens * 0.04);

/** What the gateway counts itself before a turn; its estimate lies above what the provider will charge. */
const estimateOf = (promptTokens: number): number => Math.round(promptTokens * 1.2364);

export const overBudget = (session: Session): boolean =>
  estimateOf(promptTokensOf(session)) > session.windowTokens - session.reserveTokens;

export const budgetOf = (session: Session, promptTokens: number, at: number): ContextBudgetStatus => {
  const promptBudget = session.windowTokens - session.reserveTokens;
  const estimate = estimateOf(promptTokens);
  const overflow = Math.max(0, estimate - promptBudget);
  const messages = messagesOf(activePath(session)).length;
  return {
    schemaVersion: 1,
    source: "pre-prompt-estimate",
    updatedAt: at,
    provider: session.provider,
    model: session.model,
    route: overflow > 0 ? "compact_only" : "fits",
    shouldCompact: overflow > 0,
    estimatedPromptTokens: estimate,
    contextTokenBudget: session.windowTokens,
    promptBudgetBeforeReserve: promptBudget,
    reserveTokens: session.reserveTokens,
    effectiveReserveTokens: session.reserveTokens,
    remainingPromptBudgetTokens: Math.max(0, promptBudget - estimate),
    overflowTokens: overflow,
    toolResultReducibleChars: 0,
    messageCount: messages,
    unwindowedMessageCount: messages,
    sessionId: session.sessionId,
  };
};
