import type { TurnFacts } from "../../clients/index.ts";
import type { GatewayModel, SessionModel } from "../gateway-model.ts";
import { limits } from "../gateway-model.ts";

/** What turns tell about their session: the row itself says "done" of a session in which every turn fails. */
export const withTurn = (gateway: GatewayModel, turn: TurnFacts, at: number): GatewayModel => {
  const before = gateway.sessions.get(turn.sessionKey);
  if (before === undefined && gateway.sessions.size >= limits.sessions) return gateway;
  const after = afterTurn(before ?? unlisted(turn.sessionKey), turn, at);
  const sessions = new Map(gateway.sessions);
  sessions.set(turn.sessionKey, after);
  return { ...gateway, sessions, activeAt: Math.max(gateway.activeAt ?? at, at) };
};

// The refusal of a compaction is told in the log and nowhere on the wire.
const refusal = /compaction-diag\]? end .*?\bsessionKey=(\S+) .*?\boutcome=failed(?: reason=([\w-]{1,60}))?/;

/** Refused compactions that log lines tell of, at their session. */
export const withRefusals = (
  gateway: GatewayModel,
  lines: readonly { readonly message: string }[],
  at: number,
): GatewayModel => {
  let { sessions } = gateway;
  for (const { message } of lines) {
    const [, key = "", reason] = (message.includes("compaction-diag") ? refusal.exec(message) : null) ?? [];
    const before = sessions.get(key);
    if (before === undefined) continue;
    const after = new Map(sessions);
    after.set(key, {
      ...before,
      compactionsRefused: before.compactionsRefused + 1,
      lastRefusalAt: at,
      ...(reason === undefined ? {} : { refusalReason: reason }),
    });
    sessions = after;
  }
  return sessions === gateway.sessions ? gateway : { ...gateway, sessions };
};

/** A new process runs none of the old one's turns. */
export const withoutTurns = (
  sessions: ReadonlyMap<string, SessionModel>,
): ReadonlyMap<string, SessionModel> => {
  const after = new Map<string, SessionModel>();
  for (const [key, { turn: _turn, seenRunningSince: _since, ...rest }] of sessions) {
    after.set(key, rest);
  }
  return after;
};

const afterTurn = (session: SessionModel, turn: TurnFacts, at: number): SessionModel => {
  switch (turn.kind) {
    case "started":
      return {
        ...session,
        turn: { runId: turn.runId, since: at, lastEventAt: at, retries: 0 },
      };
    case "progress":
    case "retrying": {
      const running =
        session.turn?.runId === turn.runId
          ? session.turn
          : { runId: turn.runId, since: at, lastEventAt: at, retries: 0 };
      return {
        ...session,
        turn: {
          ...running,
          lastEventAt: at,
          retries: turn.kind === "retrying" ? running.retries + 1 : running.retries,
        },
      };
    }
    case "ended": {
      const { turn: _turn, firstFailureAt: _first, ...rest } = session;
      // The end of a turn that failed is told twice: as a failure and as an end.
      if (session.lastFailure?.runId === turn.runId) {
        return {
          ...rest,
          ...(session.firstFailureAt === undefined ? {} : { firstFailureAt: session.firstFailureAt }),
          lastTurnEndedAt: at,
        };
      }
      return { ...rest, failures: 0, lastTurnEndedAt: at };
    }
    case "failed": {
      if (session.lastFailure?.runId === turn.runId) return session;
      const { turn: running, ...rest } = session;
      const lastFailure = { at, runId: turn.runId, reason: turn.reason };
      const retried = running?.runId === turn.runId && running.retries > 0;
      // After retries, or by its own words, it was the provider that failed and not the session.
      if (retried || ofProvider.test(turn.reason)) {
        return { ...rest, lastFailure, lastTurnEndedAt: at };
      }
      return {
        ...rest,
        failures: session.failures + 1,
        firstFailureAt: session.failures === 0 ? at : (session.firstFailureAt ?? at),
        lastFailure,
        lastTurnEndedAt: at,
      };
    }
    case "compaction-started":
      return session;
    case "compaction-ended": {
      if (!turn.completed) {
        return {
          ...session,
          compactionsRefused: session.compactionsRefused + 1,
          lastRefusalAt: at,
        };
      }
      const { firstFailureAt: _first, lastRefusalAt: _refusal, refusalReason: _reason, ...rest } = session;
      return { ...rest, failures: 0, compactionsRefused: 0 };
    }
  }
};

// As the gateway words it: `mock/mock-1 request failed (…, HTTP 500)`, and the quarantine of a provider's key.
const ofProvider = /request failed|\bHTTP [45]\d\d\b|temporarily disabled after a provider/i;

/** Heard of by its turns alone: every row is newer than what is known of it. */
const unlisted = (key: string): SessionModel => ({
  facts: { key, agentId: /^agent:([^:]+):/.exec(key)?.[1] ?? "", running: false },
  at: 0,
  failures: 0,
  compactionsRefused: 0,
});
