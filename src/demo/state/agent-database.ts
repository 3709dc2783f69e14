import type { DatabaseSync } from "node:sqlite";
import { modelNamed } from "../cast.ts";
import { known, numberAt, objectAt, parseObject, textAt, type JsonObject } from "../json.ts";
import {
  activePath,
  messagesOf,
  type ContextBudgetStatus,
  type Session,
  type TranscriptEntry,
  type TurnNumbers,
  type WrittenEvent,
} from "../session.ts";
import { runtimeOf } from "../session-row.ts";
import { inTransaction } from "./database.ts";

/** One agent's database: what the sessions are stands here, and everything said over the wire was read from here. */
export type AgentDatabase = {
  readonly load: () => readonly Session[];
  /** Writes the row, its window and its leaf, and the events that are new. */
  readonly save: (session: Session, added: readonly WrittenEvent[]) => void;
  readonly saveAll: (sessions: readonly { session: Session; added: readonly WrittenEvent[] }[]) => void;
  /** Event texts of one window by event id: for `chat.history` alone. */
  readonly events: (sessionId: string) => ReadonlyMap<string, JsonObject>;
};

export const agentDatabase = (
  database: DatabaseSync,
  agentId: string,
  sessionRoot: string,
): AgentDatabase => {
  const putNode = database.prepare(`
    INSERT INTO session_nodes (session_key, current_session_id, entry_json, entry_valid, updated_at, status,
      created_at, created_via, parent_session_key, last_interaction_at, last_activity_at)
    VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session_key) DO UPDATE SET current_session_id = excluded.current_session_id,
      entry_json = excluded.entry_json, updated_at = excluded.updated_at, status = excluded.status,
      last_interaction_at = excluded.last_interaction_at, last_activity_at = excluded.last_activity_at`);
  const putWindow = database.prepare(`
    INSERT INTO session_windows (session_id, session_key, previous_session_id, reason, created_at, updated_at,
      transcript_updated_at, started_at, ended_at, status, chat_type, model_provider, model, agent_harness_id,
      parent_session_key)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'direct', ?, ?, 'openclaw', ?)
    ON CONFLICT (session_id) DO UPDATE SET updated_at = excluded.updated_at,
      transcript_updated_at = excluded.transcript_updated_at, started_at = excluded.started_at,
      ended_at = excluded.ended_at, status = excluded.status`);
  const putEvent = database.prepare(
    "INSERT INTO transcript_events (session_id, seq, event_json, created_at, event_utf8_bytes) VALUES (?, ?, ?, ?, ?)",
  );
  const putIdentity = database.prepare(`
    INSERT INTO transcript_event_identities (session_id, event_id, seq, event_type, parent_id,
      message_idempotency_key, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const putLeaf = database.prepare(`
    INSERT INTO session_transcript_index_state (session_id, indexed_seq, leaf_event_id, active_event_count,
      active_message_count, updated_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (session_id) DO UPDATE SET indexed_seq = excluded.indexed_seq,
      leaf_event_id = excluded.leaf_event_id, active_event_count = excluded.active_event_count,
      active_message_count = excluded.active_message_count, updated_at = excluded.updated_at`);

  const write = (session: Session, added: readonly WrittenEvent[]): void => {
    const parent = `agent:${agentId}:main`;
    putNode.run(
      session.key,
      session.sessionId,
      JSON.stringify(storedEntry(session, sessionRoot)),
      session.updatedAt,
      session.status ?? null,
      session.createdAt,
      session.createdVia,
      parent,
      session.lastInteractionAt,
      session.updatedAt,
    );
    putWindow.run(
      session.sessionId,
      session.key,
      session.previousSessionId ?? null,
      session.windowReason ?? null,
      session.createdAt,
      session.updatedAt,
      session.transcript.at(-1)?.at ?? null,
      session.startedAt ?? null,
      session.endedAt ?? null,
      session.status ?? null,
      session.provider,
      session.model,
      parent,
    );
    const firstSeq = session.transcript.length - added.length;
    for (const [index, { entry, event }] of added.entries()) {
      const text = JSON.stringify(event);
      putEvent.run(session.sessionId, firstSeq + index, text, entry.at, Buffer.byteLength(text));
      putIdentity.run(
        session.sessionId,
        entry.id,
        firstSeq + index,
        entry.type,
        entry.parentId,
        textAt(objectAt(event, "message"), "idempotencyKey") ?? null,
        entry.at,
      );
    }
    const path = activePath(session);
    putLeaf.run(
      session.sessionId,
      session.transcript.length - 1,
      session.leafId,
      path.length,
      messagesOf(path).length,
      session.updatedAt,
    );
  };

  return {
    load: () =>
      database
        .prepare(
          `SELECT n.session_key, n.entry_json, i.leaf_event_id, w.previous_session_id, w.reason,
             (SELECT substr(json_extract(e.event_json, '$.message.content[0].text'), 1, 120)
              FROM transcript_event_identities t
              JOIN transcript_events e ON e.session_id = t.session_id AND e.seq = t.seq
              WHERE t.session_id = n.current_session_id AND t.event_id = i.leaf_event_id) AS preview
           FROM session_nodes n
           JOIN session_windows w ON w.session_id = n.current_session_id
           JOIN session_transcript_index_state i ON i.session_id = n.current_session_id
           ORDER BY n.session_key`,
        )
        .all()
        .flatMap((row) => sessionOf(database, agentId, row) ?? []),
    save: (session, added) => {
      inTransaction(database, () => {
        write(session, added);
      });
    },
    saveAll: (sessions) => {
      inTransaction(database, () => {
        for (const { session, added } of sessions) write(session, added);
      });
    },
    events: (sessionId) =>
      new Map(
        database
          .prepare("SELECT event_json FROM transcript_events WHERE session_id = ? ORDER BY seq")
          .all(sessionId)
          .flatMap((row): [string, JsonObject][] => {
            const event = parseObject(textAt(row, "event_json") ?? "");
            const id = textAt(event, "id");
            return event === undefined || id === undefined ? [] : [[id, event]];
          }),
      ),
  };
};

/** The session's own JSON document, with the fields a real one has after a turn. */
const storedEntry = (session: Session, sessionRoot: string): JsonObject =>
  known({
    sessionId: session.sessionId,
    lifecycleRevision: session.lifecycleRevision,
    updatedAt: session.updatedAt,
    sessionRoot,
    delivery: { kind: "internal" },
    createdVia: session.createdVia,
    createdAt: session.createdAt,
    spawnDepth: 0,
    modelOverrideSource: "default",
    parentSessionKey: `agent:${session.agentId}:main`,
    sessionStartedAt: session.createdAt,
    lastInteractionAt: session.lastInteractionAt,
    systemSent: true,
    abortedLastRun: false,
    chatType: "direct",
    status: session.status,
    startedAt: session.startedAt,
    modelProvider: session.provider,
    model: session.model,
    agentHarnessId: "openclaw",
    contextTokensSource: "resolved",
    contextBudgetStatus: session.numbers?.budget,
    contextTokens: session.windowTokens,
    inputTokens: session.numbers?.inputTokens,
    outputTokens: session.numbers?.outputTokens,
    cacheRead: 0,
    cacheWrite: 0,
    estimatedCostUsd: session.numbers?.estimatedCostUsd,
    totalTokens: session.numbers?.totalTokens,
    totalTokensFresh: session.numbers !== undefined,
    totalTokensVersion: 1,
    endedAt: session.endedAt,
    runtimeMs: runtimeOf(session),
    lastRunId: session.lastRunId,
  });

const sessionOf = (database: DatabaseSync, agentId: string, row: JsonObject): Session | undefined => {
  const key = textAt(row, "session_key");
  const leafId = textAt(row, "leaf_event_id");
  const entry = parseObject(textAt(row, "entry_json") ?? "");
  const sessionId = textAt(entry, "sessionId");
  if (key === undefined || leafId === undefined || entry === undefined || sessionId === undefined)
    return undefined;
  const windowTokens = numberAt(entry, "contextTokens") ?? 200_000;
  const createdAt = numberAt(entry, "createdAt") ?? 0;
  const createdVia = textAt(entry, "createdVia");
  const reason = textAt(row, "reason");
  const numbers = numbersOf(entry);
  return {
    key,
    agentId,
    sessionId,
    previousSessionId: textAt(row, "previous_session_id"),
    windowReason: reason === "rewind" || reason === "switch" ? reason : undefined,
    lifecycleRevision: textAt(entry, "lifecycleRevision") ?? sessionId,
    createdAt,
    createdVia: createdVia === "channel" || createdVia === "cron" ? createdVia : "operator",
    provider: textAt(entry, "modelProvider") ?? "",
    model: textAt(entry, "model") ?? "",
    windowTokens,
    reserveTokens: modelNamed(textAt(entry, "model")).reserveTokens,
    transcript: transcriptOf(database, sessionId),
    leafId,
    // A run does not survive the process it ran in.
    status: "done",
    updatedAt: numberAt(entry, "updatedAt") ?? createdAt,
    lastInteractionAt: numberAt(entry, "lastInteractionAt") ?? createdAt,
    startedAt: numberAt(entry, "startedAt"),
    endedAt: numberAt(entry, "endedAt"),
    lastRunId: textAt(entry, "lastRunId"),
    numbers,
    activeRunId: undefined,
    preview: textAt(row, "preview"),
  };
};

const transcriptOf = (database: DatabaseSync, sessionId: string): readonly TranscriptEntry[] =>
  database
    .prepare(
      `SELECT i.event_id, i.event_type, i.parent_id, i.created_at,
         json_extract(e.event_json, '$.message.role') AS role,
         coalesce(json_extract(e.event_json, '$.message.usage.input'),
           json_extract(e.event_json, '$.tokensAfter')) AS prompt_tokens
       FROM transcript_event_identities i
       JOIN transcript_events e ON e.session_id = i.session_id AND e.seq = i.seq
       WHERE i.session_id = ? ORDER BY i.seq`,
    )
    .all(sessionId)
    .map((row): TranscriptEntry => {
      const type = textAt(row, "event_type");
      const role = textAt(row, "role");
      return {
        id: textAt(row, "event_id") ?? "",
        parentId: textAt(row, "parent_id") ?? null,
        type: type === "session" || type === "compaction" ? type : "message",
        role: role === "user" || role === "assistant" ? role : undefined,
        at: numberAt(row, "created_at") ?? 0,
        promptTokens: numberAt(row, "prompt_tokens"),
      };
    });

const numbersOf = (entry: JsonObject): TurnNumbers | undefined => {
  const budget = budgetOfEntry(objectAt(entry, "contextBudgetStatus"));
  const totalTokens = numberAt(entry, "totalTokens");
  if (budget === undefined || totalTokens === undefined || entry["totalTokensFresh"] !== true)
    return undefined;
  return {
    inputTokens: numberAt(entry, "inputTokens") ?? totalTokens,
    outputTokens: numberAt(entry, "outputTokens") ?? 0,
    totalTokens,
    estimatedCostUsd: numberAt(entry, "estimatedCostUsd") ?? 0,
    budget,
  };
};

const budgetOfEntry = (stored: JsonObject | undefined): ContextBudgetStatus | undefined => {
  if (stored === undefined) return undefined;
  const number = (key: string): number => numberAt(stored, key) ?? 0;
  return {
    schemaVersion: 1,
    source: "pre-prompt-estimate",
    updatedAt: number("updatedAt"),
    provider: textAt(stored, "provider") ?? "",
    model: textAt(stored, "model") ?? "",
    route: textAt(stored, "route") === "compact_only" ? "compact_only" : "fits",
    shouldCompact: stored["shouldCompact"] === true,
    estimatedPromptTokens: number("estimatedPromptTokens"),
    contextTokenBudget: number("contextTokenBudget"),
    promptBudgetBeforeReserve: number("promptBudgetBeforeReserve"),
    reserveTokens: number("reserveTokens"),
    effectiveReserveTokens: number("effectiveReserveTokens"),
    remainingPromptBudgetTokens: number("remainingPromptBudgetTokens"),
    overflowTokens: number("overflowTokens"),
    toolResultReducibleChars: number("toolResultReducibleChars"),
    messageCount: number("messageCount"),
    unwindowedMessageCount: number("unwindowedMessageCount"),
    sessionId: textAt(stored, "sessionId") ?? "",
  };
};
