import { fieldsOf, findPhrase, keysOf, numberAt, type Span, textAt } from "./scan.ts";
import { isHarmlessName } from "./soft.ts";

/**
 * What is read of `agent`, `chat`, `session.message` and `session.operation` frames. Every operator connection is sent
 * all conversations, asked for or not; so these frames are never parsed. A note holds ids, states and the names of
 * failures; texts are stepped over as bytes.
 */
export type TurnNote = {
  readonly sessionKey: string;
  readonly runId?: string;
  readonly step: "started" | "progress" | "retrying" | "ended" | "failed" | "compacting" | "compacted";
  readonly attempt?: number;
  readonly reason?: string;
  readonly completed?: boolean;
};

/** Events that carry conversation, or may: none of them is ever parsed. */
export const contentEvents: ReadonlySet<string> = new Set([
  "agent",
  "chat",
  "session.message",
  "session.operation",
  "session.tool",
  "session.observer",
  "session.suggestion",
  "session.typing",
  "talk.event",
  "terminal.data",
  "board-widget",
]);

const payloadKeys = keysOf(
  "runId",
  "sessionKey",
  "stream",
  "state",
  "data",
  "errorDetail",
  "errorMessage",
  "operation",
  "phase",
  "completed",
);
const dataKeys = keysOf("phase", "retryAttempt", "errorObservation", "error");
const detailKeys = keysOf("provider", "model", "failoverReason", "providerRuntimeFailureKind");

/** Undefined when the frame says nothing about a turn: no session, or a shape we do not know. */
export const turnNoteOf = (event: string, bytes: Buffer, payload: Span | undefined): TurnNote | undefined => {
  if (payload === undefined) return undefined;
  const fields = fieldsOf(bytes, payload, payloadKeys);
  const sessionKey = nameAt(bytes, fields?.get("sessionKey"), 512);
  if (fields === undefined || sessionKey === undefined) return undefined;
  if (event === "session.operation") return operationNote(sessionKey, bytes, fields);
  const runId = nameAt(bytes, fields.get("runId"), 128);
  if (runId === undefined) return undefined;
  if (event === "chat") return chatNote(sessionKey, runId, bytes, fields);
  if (event === "agent") return agentNote(sessionKey, runId, bytes, fields);
  return undefined;
};

const nameAt = (bytes: Buffer, span: Span | undefined, limit: number): string | undefined => {
  const text = textAt(bytes, span, limit);
  return text !== undefined && text !== "" && isHarmlessName(text) ? text : undefined;
};

type Fields = ReadonlyMap<string, Span>;

const operationNote = (sessionKey: string, bytes: Buffer, fields: Fields): TurnNote | undefined => {
  if (textAt(bytes, fields.get("operation"), 32) !== "compact") return undefined;
  const phase = textAt(bytes, fields.get("phase"), 32);
  if (phase === "start") return { sessionKey, step: "compacting" };
  if (phase !== "end") return undefined;
  const completed = fields.get("completed");
  return {
    sessionKey,
    step: "compacted",
    completed: completed !== undefined && bytes[completed.from] === 0x74,
  };
};

const chatNote = (sessionKey: string, runId: string, bytes: Buffer, fields: Fields): TurnNote => {
  const state = textAt(bytes, fields.get("state"), 32);
  if (state === "final" || state === "aborted") return { sessionKey, runId, step: "ended" };
  if (state !== "error") return { sessionKey, runId, step: "progress" };
  return {
    sessionKey,
    runId,
    step: "failed",
    reason: reasonOf(bytes, fields.get("errorDetail"), fields.get("errorMessage")),
  };
};

const agentNote = (sessionKey: string, runId: string, bytes: Buffer, fields: Fields): TurnNote => {
  const stream = textAt(bytes, fields.get("stream"), 32);
  const data = fields.get("data");
  if (data === undefined || (stream !== "lifecycle" && stream !== "run_status")) {
    return { sessionKey, runId, step: "progress" };
  }
  const inner = fieldsOf(bytes, data, dataKeys);
  const phase = textAt(bytes, inner?.get("phase"), 64);
  if (stream === "run_status") {
    if (phase !== "retrying") return { sessionKey, runId, step: "started" };
    return { sessionKey, runId, step: "retrying", attempt: numberAt(bytes, inner?.get("retryAttempt")) ?? 1 };
  }
  if (phase === "start") return { sessionKey, runId, step: "started" };
  if (phase === "end") return { sessionKey, runId, step: "ended" };
  if (phase !== "error") return { sessionKey, runId, step: "progress" };
  return {
    sessionKey,
    runId,
    step: "failed",
    reason: reasonOf(bytes, inner?.get("errorObservation"), inner?.get("error")),
  };
};

/**
 * Why a turn failed, in words of ours. The gateway's own message may quote a provider that quotes the prompt, so it is
 * only looked through for phrases we know.
 */
const reasonOf = (bytes: Buffer, detail: Span | undefined, message: Span | undefined): string => {
  const fields = detail === undefined ? undefined : fieldsOf(bytes, detail, detailKeys);
  const why = word(bytes, fields?.get("failoverReason"));
  if (why !== undefined) {
    const kind = word(bytes, fields?.get("providerRuntimeFailureKind"));
    const provider = word(bytes, fields?.get("provider"));
    return [
      why,
      kind === undefined ? "" : ` (${kind})`,
      provider === undefined ? "" : ` from ${provider}`,
    ].join("");
  }
  if (message === undefined) return "failed without a reason";
  const known = phrases.find(([phrase]) => findPhrase(bytes, message, phrase) >= 0);
  if (known !== undefined) return known[1];
  const http = findPhrase(bytes, message, "HTTP ");
  const status = http < 0 ? undefined : numberAt(bytes, { from: http + 5, to: http + 8 });
  return status === undefined
    ? "failed for another reason: see the gateway's log"
    : `provider answered HTTP ${status}`;
};

const phrases: readonly (readonly [phrase: string, reason: string])[] = [
  ["auto-compaction could not recover", "context too large, compaction could not recover"],
  ["Context is too large", "context too large"],
  ["context overflow", "context too large"],
  ["is temporarily disabled after a provider", "provider key quarantined after an auth or billing failure"],
  ["Authentication failed", "provider refused the credentials"],
  ["rate limit", "provider rate limit"],
];

/** A name such as `server_error` or `mock/mock-1`: no spaces, so no sentence can pass for one. */
const word = (bytes: Buffer, span: Span | undefined): string | undefined => {
  const text = textAt(bytes, span, 64);
  return text !== undefined && /^[\w./:-]+$/.test(text) ? text : undefined;
};
