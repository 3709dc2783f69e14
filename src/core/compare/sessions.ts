/** A session as far as a comparison looks at it. What is not known is absent. */
export type SessionFacts = {
  readonly key: string;
  readonly agentId: string;
  readonly leaf?: string;
  readonly messages?: number;
  readonly usedTokens?: number;
  readonly windowTokens?: number;
  readonly status?: string;
  readonly lastActivityAt?: number;
};

export type SessionSummary = {
  readonly key: string;
  readonly agentId: string;
  readonly messages: number | null;
  readonly tokens: number | null;
  readonly lastActivityAt: number | null;
};

export type SessionChange = {
  readonly key: string;
  readonly agentId: string;
  /** `moved`: it ends at another entry of its transcript. `state`: it ends at the same and its numbers or status differ. */
  readonly what: "moved" | "state";
  readonly leaf: Pair<string>;
  readonly messages: Pair<number>;
  readonly tokens: Pair<number>;
  readonly status: Pair<string>;
};

/** null is not known. */
export type Pair<T> = { readonly before: T | null; readonly after: T | null };

export type SessionsComparison = {
  readonly added: readonly SessionSummary[];
  readonly removed: readonly SessionSummary[];
  readonly changed: readonly SessionChange[];
  readonly same: number;
};

/**
 * By key and active leaf, never by session id: a rewind gives a key a new id, and a reset may keep it. A key belongs to one
 * agent; the same key at two agents is two sessions.
 */
export const compareSessions = (
  before: readonly SessionFacts[],
  after: readonly SessionFacts[],
): SessionsComparison => {
  const old = new Map(before.map((session) => [nameOf(session), session]));
  const now = new Map(after.map((session) => [nameOf(session), session]));
  const changed: SessionChange[] = [];
  let same = 0;
  for (const [name, session] of now) {
    const earlier = old.get(name);
    if (earlier === undefined) continue;
    const change = changeOf(earlier, session);
    if (change === undefined) same += 1;
    else changed.push(change);
  }
  return {
    added: [...now].filter(([name]) => !old.has(name)).map(([, session]) => summaryOf(session)),
    removed: [...old].filter(([name]) => !now.has(name)).map(([, session]) => summaryOf(session)),
    changed,
    same,
  };
};

const nameOf = (session: SessionFacts): string => `${session.agentId}\0${session.key}`;

const changeOf = (old: SessionFacts, now: SessionFacts): SessionChange | undefined => {
  const leaf = pair(old.leaf, now.leaf);
  const messages = pair(old.messages, now.messages);
  const tokens = pair(old.usedTokens, now.usedTokens);
  const status = pair(old.status, now.status);
  const moved = leaf.before !== leaf.after || messages.before !== messages.after;
  if (!moved && tokens.before === tokens.after && status.before === status.after) return undefined;
  return {
    key: now.key,
    agentId: now.agentId,
    what: moved ? "moved" : "state",
    leaf,
    messages,
    tokens,
    status,
  };
};

const summaryOf = (session: SessionFacts): SessionSummary => ({
  key: session.key,
  agentId: session.agentId,
  messages: session.messages ?? null,
  tokens: session.usedTokens ?? null,
  lastActivityAt: session.lastActivityAt ?? null,
});

export const pair = <T>(before: T | undefined, after: T | undefined): Pair<T> => ({
  before: before ?? null,
  after: after ?? null,
});
