import type { SessionFacts } from "../../clients/index.ts";
import { limits, type GatewayModel, type SessionModel } from "../gateway-model.ts";
import type { Reading, Vitals } from "../vitals/vital.ts";

/** The next turn may not fit, by the gateway's own estimate. The usage of the window does not show it. */
export const isSqueezed = (facts: SessionFacts): boolean =>
  facts.budget !== undefined &&
  (facts.budget.shouldCompact || facts.budget.route !== "fits" || facts.budget.overflowTokens > 0);

export const pressureOf = (facts: SessionFacts): number | undefined =>
  facts.budget === undefined || facts.budget.promptBudgetTokens <= 0
    ? undefined
    : facts.budget.estimatedPromptTokens / facts.budget.promptBudgetTokens;

/** Usage of the window; unknown when the gateway does not vouch for the number. */
export const usageOf = (facts: SessionFacts): number | undefined =>
  facts.usedTokens === undefined || facts.windowTokens === undefined || facts.windowTokens <= 0
    ? undefined
    : facts.usedTokens / facts.windowTokens;

export const withSession = (
  before: SessionModel | undefined,
  facts: SessionFacts,
  at: number,
): SessionModel => {
  if (before !== undefined && before.at > at) return before;
  const { squeezedSince, seenRunningSince, failures, firstFailureAt, ...rest } = before ?? {
    failures: 0,
    compactionsRefused: 0,
  };
  const squeezed =
    isSqueezed(facts) ||
    // A running turn may hide the estimate; it does not make the session fit.
    (facts.budget === undefined && facts.running && squeezedSince !== undefined);
  // The estimate is gone and no turn runs: the context was rewound or compacted, and what failed before no longer
  // counts. A session that never had one has failed from its first turn on; that counts.
  const freshStart = before?.facts.budget !== undefined && facts.budget === undefined && !facts.running;
  return {
    ...rest,
    facts,
    at,
    failures: freshStart ? 0 : failures,
    ...(freshStart || firstFailureAt === undefined ? {} : { firstFailureAt }),
    ...(squeezed ? { squeezedSince: squeezedSince ?? at } : {}),
    ...(facts.running ? { seenRunningSince: seenRunningSince ?? at } : {}),
  };
};

/** Replaces the whole list: sessions that are not in it are gone. */
export const withSessionList = (
  gateway: GatewayModel,
  list: readonly SessionFacts[],
  total: number,
  at: number,
): GatewayModel => {
  if (gateway.sessionsAt !== undefined && gateway.sessionsAt > at) return gateway;
  const sessions = new Map<string, SessionModel>();
  let { activeAt } = gateway;
  for (const facts of list) {
    const before = gateway.sessions.get(facts.key);
    if (movedOn(before, facts)) activeAt = Math.max(activeAt ?? at, at);
    sessions.set(facts.key, withSession(before, facts, at));
  }
  return judged(
    {
      ...gateway,
      ...(activeAt === undefined ? {} : { activeAt }),
      sessions: kept(sessions),
      sessionTotal: Math.max(total, list.length),
      sessionsAt: at,
    },
    at,
  );
};

export const withOneSession = (gateway: GatewayModel, facts: SessionFacts, at: number): GatewayModel => {
  const before = gateway.sessions.get(facts.key);
  const sessions = new Map(gateway.sessions);
  sessions.set(facts.key, withSession(before, facts, at));
  const grown = before === undefined ? 1 : 0;
  return judged(
    {
      ...gateway,
      sessions: kept(sessions),
      sessionTotal: (gateway.sessionTotal ?? gateway.sessions.size) + grown,
      ...(movedOn(before, facts) ? { activeAt: Math.max(gateway.activeAt ?? at, at) } : {}),
    },
    at,
  );
};

export const withoutSession = (gateway: GatewayModel, key: string, at: number): GatewayModel => {
  if (!gateway.sessions.has(key)) return gateway;
  const sessions = new Map(gateway.sessions);
  sessions.delete(key);
  return judged(
    {
      ...gateway,
      sessions,
      sessionTotal: Math.max(0, (gateway.sessionTotal ?? gateway.sessions.size) - 1),
    },
    at,
  );
};

/**
 * Whether the row shows work since we last saw it. Only the change counts: the moment itself is told by the
 * gateway's clock, which may be wrong.
 */
const movedOn = (before: SessionModel | undefined, facts: SessionFacts): boolean =>
  facts.running ||
  (before !== undefined &&
    facts.lastActivityAt !== undefined &&
    facts.lastActivityAt !== before.facts.lastActivityAt);

/** The vitals that come out of all sessions together. */
const judged = (gateway: GatewayModel, at: number): GatewayModel => {
  let pressure: number | undefined;
  let pressureKey: string | undefined;
  let usage: number | undefined;
  let usageKey: string | undefined;
  let active = 0;
  for (const { facts } of gateway.sessions.values()) {
    const ofPressure = pressureOf(facts);
    if (ofPressure !== undefined && (pressure === undefined || ofPressure > pressure)) {
      pressure = ofPressure;
      pressureKey = facts.key;
    }
    const ofUsage = usageOf(facts);
    if (ofUsage !== undefined && (usage === undefined || ofUsage > usage)) {
      usage = ofUsage;
      usageKey = facts.key;
    }
    if (facts.running) active += 1;
  }
  const { context_pressure: _pressure, context_usage: _usage, ...others } = gateway.vitals;
  const reading = (value: number): Reading => ({ value, at });
  const vitals: Vitals = {
    ...others,
    session_count: reading(gateway.sessionTotal ?? gateway.sessions.size),
    turns_active: reading(active),
    ...(pressure === undefined ? {} : { context_pressure: reading(pressure) }),
    ...(usage === undefined ? {} : { context_usage: reading(usage) }),
  };
  return {
    ...gateway,
    vitals,
    tightest: {
      ...(pressureKey === undefined ? {} : { pressure: pressureKey }),
      ...(usageKey === undefined ? {} : { usage: usageKey }),
    },
  };
};

/** Of too many sessions, those stay that somebody may have to look at. */
const kept = (sessions: Map<string, SessionModel>): ReadonlyMap<string, SessionModel> => {
  if (sessions.size <= limits.sessions) return sessions;
  const weight = (session: SessionModel): number =>
    (session.squeezedSince === undefined ? 0 : 4) +
    (session.failures > 0 ? 2 : 0) +
    (session.facts.running || session.turn !== undefined ? 1 : 0);
  return new Map(
    [...sessions]
      .toSorted(
        ([keyA, a], [keyB, b]) =>
          weight(b) - weight(a) ||
          (b.facts.lastActivityAt ?? 0) - (a.facts.lastActivityAt ?? 0) ||
          (keyA < keyB ? -1 : 1),
      )
      .slice(0, limits.sessions),
  );
};
