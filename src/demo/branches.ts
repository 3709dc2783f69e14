import type { JsonObject } from "./json.ts";
import { activePath, branchTips, type Session, type WrittenEvent } from "./session.ts";
import { sessionEvent } from "./transcript-events.ts";

/** Taking a session back to an earlier leaf, or to another branch. Refusals carry the real gateway's words. */
export type Moved =
  | { readonly kind: "moved"; readonly session: Session; readonly added: readonly WrittenEvent[] }
  | { readonly kind: "refused"; readonly message: string };

export type MoveContext = {
  readonly at: number;
  readonly sessionId: string;
  readonly revision: string;
  readonly workspace: string;
  readonly events: ReadonlyMap<string, JsonObject>;
};

/** Ends the active path just before a message of the user; what came after stays as a branch. */
export const rewound = (session: Session, entryId: string, context: MoveContext): Moved => {
  const entry = session.transcript.find(({ id }) => id === entryId);
  if (entry === undefined) return refused(`message entry not found: ${entryId}`);
  if (entry.role !== "user") return refused(`entry is not a user message: ${entryId}`);
  if (!activePath(session).includes(entry)) {
    return refused(`message entry is not on the active path: ${entryId}`);
  }
  return moved(session, entry.parentId, "rewind", context);
};

export const switched = (session: Session, leafEntryId: string, context: MoveContext): Moved => {
  if (!session.transcript.some(({ id }) => id === leafEntryId)) {
    return refused(`branch entry not found: ${leafEntryId}`);
  }
  if (leafEntryId === session.leafId) return refused(`branch is already active: ${leafEntryId}`);
  if (!branchTips(session).some(({ id }) => id === leafEntryId)) {
    return refused(`entry is not a branch tip: ${leafEntryId}`);
  }
  return moved(session, leafEntryId, "switch", context);
};

/** The key gets a new window with the whole tree; the old window keeps its rows. */
const moved = (
  session: Session,
  leafId: string | null,
  reason: "rewind" | "switch",
  { at, sessionId, revision, workspace, events }: MoveContext,
): Moved => {
  const kept = session.transcript.flatMap((entry): WrittenEvent[] => {
    const event = events.get(entry.id);
    return entry.type === "session" || event === undefined ? [] : [{ entry, event }];
  });
  const added = [sessionEvent(sessionId, workspace, at), ...kept];
  return {
    kind: "moved",
    added,
    session: {
      ...session,
      sessionId,
      previousSessionId: session.sessionId,
      windowReason: reason,
      lifecycleRevision: revision,
      transcript: added.map(({ entry }) => entry),
      leafId: leafId ?? sessionId,
      numbers: undefined,
      updatedAt: at,
    },
  };
};

const refused = (message: string): Moved => ({ kind: "refused", message });
