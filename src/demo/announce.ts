import { numberAt, objectAt, textAt, type JsonObject } from "./json.ts";
import type { RunningGateway } from "./running.ts";
import { flattened, modelFields, placementFields, sessionRow } from "./session-row.ts";
import type { Session, TranscriptEntry, WrittenEvent } from "./session.ts";

/** Tells subscribers that a session changed: the whole row, and its fields once more beside it. */
export const announceSession = (
  gateway: RunningGateway,
  session: Session,
  why:
    | { readonly reason: string; readonly compacted?: true }
    | { readonly phase: string; readonly runId: string },
): void => {
  const at = gateway.timers.now();
  const plain = eventRow(session, at);
  const row =
    "phase" in why && why.phase === "model" && session.activeRunId !== undefined
      ? { ...plain, ...activeModelOf(session) }
      : plain;
  const beside = flattened(row, notBeside["phase" in why ? why.phase : why.reason]);
  gateway.broadcast(
    "sessions.changed",
    { sessionKey: session.key, agentId: session.agentId, ...why, ts: at, session: row, ...beside },
    "subscribers",
  );
};

/** Tells subscribers what was said, text and all: a watcher has to drop it. */
export const announceMessage = (gateway: RunningGateway, session: Session, written: WrittenEvent): void => {
  const at = gateway.timers.now();
  const runId = textAt(objectAt(objectAt(written.event, "message"), "__openclaw"), "runId");
  const row = { ...eventRow(session, at), ...(runId === undefined ? {} : activeModelOf(session)) };
  const rawSeq = session.transcript.indexOf(written.entry);
  const message = messageOnWire(session, written.event, written.entry, rawSeq, rawSeq);
  gateway.broadcast(
    "session.message",
    {
      sessionKey: session.key,
      ...(written.entry.role === "user" ? { senderIsOwner: true } : {}),
      agentId: session.agentId,
      message,
      messageId: written.entry.id,
      messageSeq: rawSeq,
      ...(runId === undefined ? {} : { runId }),
      session: row,
      ...flattened(row, placementFields),
    },
    "subscribers",
  );
};

/** A message as history and events quote it: with its id and place. */
export const messageOnWire = (
  session: Session,
  event: JsonObject,
  entry: TranscriptEntry,
  seq: number,
  rawSeq: number,
): JsonObject => {
  const message = objectAt(event, "message") ?? {};
  return {
    ...message,
    timestamp: numberAt(message, "timestamp") ?? entry.at,
    __openclaw: {
      ...objectAt(message, "__openclaw"),
      id: entry.id,
      ...(entry.role === "user" ? { idempotencyKey: textAt(message, "idempotencyKey") } : {}),
      recordTimestampMs: entry.at,
      transcriptPosition: { source: session.lifecycleRevision, rawSeq },
      seq,
    },
  };
};

/** Fields of the row that the real gateway does not repeat beside it, by what happened. */
const notBeside: Readonly<Record<string, readonly string[]>> = {
  participants: placementFields,
  start: [...modelFields, ...placementFields],
  model: ["updatedAt", ...placementFields],
  end: [...modelFields, ...placementFields],
};

const activeModelOf = (session: Session): JsonObject => ({
  activeModelProvider: session.provider,
  activeModel: session.model,
});

/** Rows in events carry the beginning of the last message: one more thing that a watcher has to drop. */
const eventRow = (session: Session, at: number): JsonObject => ({
  ...sessionRow(session, at),
  derivedTitle: session.key.split(":").at(-1),
  ...(session.preview === undefined ? {} : { lastMessagePreview: session.preview }),
  activitySummary: { state: "unavailable", canEnsure: true },
});
