import { numberAt, objectAt, textAt, type JsonObject } from "./json.ts";
import type { RunningGateway } from "./running.ts";
import { flattened, sessionRow } from "./session-row.ts";
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
  const row = eventRow(session, at);
  gateway.broadcast(
    "sessions.changed",
    { sessionKey: session.key, agentId: session.agentId, ...why, ts: at, session: row, ...flattened(row) },
    "subscribers",
  );
};

/** Tells subscribers what was said, text and all: a watcher has to drop it. */
export const announceMessage = (gateway: RunningGateway, session: Session, written: WrittenEvent): void => {
  const at = gateway.timers.now();
  const row = eventRow(session, at);
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
      session: row,
      ...flattened(row),
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

const eventRow = (session: Session, at: number): JsonObject => ({
  ...sessionRow(session, at),
  derivedTitle: session.key.split(":").at(-1),
  activitySummary: { state: "unavailable", canEnsure: true },
});
