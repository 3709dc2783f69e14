import type { SessionRecord } from "../../openclaw/index.ts";
import type { RestorePlan, SessionLoss } from "./restore-plan.ts";

/** What going back does to sessions: those that will be gone, shorter, or there again. */
export const sessionLosses = (
  now: readonly SessionRecord[],
  saved: readonly SessionRecord[],
): NonNullable<RestorePlan["sessions"]> => {
  const name = ({ agentId, key }: SessionRecord): string => `${agentId}\0${key}`;
  const earlier = new Map(saved.map((session) => [name(session), session]));
  const current = new Set(now.map(name));
  const gone = now.filter((session) => !earlier.has(name(session))).map((session) => loss(session, 0));
  const shortened = now.flatMap((session) => {
    const old = earlier.get(name(session));
    if (old === undefined) return [];
    if (session.messages === undefined || old.messages === undefined) {
      return session.leaf === old.leaf ? [] : [loss(session, old.messages)];
    }
    return session.messages > old.messages ? [loss(session, old.messages)] : [];
  });
  const back = saved
    .filter((session) => !current.has(name(session)))
    .map((session) => loss(session, session.messages));
  const lost = (each: SessionLoss): number => Math.max(0, (each.messages ?? 0) - (each.messagesAfter ?? 0));
  return {
    gone,
    shortened,
    back,
    messagesLost: [...gone, ...shortened].reduce((sum, each) => sum + lost(each), 0),
  };
};

const loss = (session: SessionRecord, after: number | undefined): SessionLoss => ({
  key: session.key,
  agentId: session.agentId,
  messages: session.messages ?? null,
  messagesAfter: after ?? null,
  lastActivityAt: session.lastActivityAt ?? session.updatedAt ?? null,
});
