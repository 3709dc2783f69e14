import type { GatewayNews, SessionFacts } from "../facts.ts";
import { channelsOf } from "../wire/channels.ts";
import { logLinesMax, logTailOf } from "../wire/log-line.ts";
import { describedSessionOf, sessionsPageLimit, sessionsPageOf } from "../wire/sessions.ts";
import { stabilityOf } from "../wire/stability.ts";
import { configOf, lanesOf, systemOf } from "../wire/system.ts";
import type { Question } from "./poller.ts";

/**
 * What a watched gateway is asked, and how often while somebody looks (three times slower in the background, ten times
 * when idle). Only methods that were measured to be cheap: PROTOCOL.md has the figures and the reasons.
 */
export type Asker = {
  /** The payload, or undefined when there is none to use: refused, absent, late or lost. */
  readonly ask: (
    method: string,
    params: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly payload: unknown; readonly tookMs: number } | undefined>;
  readonly tell: (news: GatewayNews) => void;
  readonly refuse: (what: string, count: number) => void;
  /** How far the gateway's clock is ahead of ours. */
  readonly skewMs: number;
  readonly now: () => number;
};

/** What outlives a connection, so that nothing is told twice or missed between two of them. */
export type Bookmarks = {
  logCursor: number | undefined;
  stability: { bootId: string; seq: number } | undefined;
};

const sessionPagesMax = 5;
const logLinesFirst = 100;
const logBytesFirst = 64 * 1024;
const logBytesMax = 256 * 1024;
/** Of the ring's history, what the error rate of the last minutes needs. */
const historyMs = 5 * 60_000;

export const questionsOf = (
  asker: Asker,
  bookmarks: Bookmarks,
  bootId: string,
  onLoop: (degradedSince: number | undefined) => void,
): readonly Question[] => {
  const { ask, tell, refuse, skewMs } = asker;

  const take = async <Facts extends object>(
    method: string,
    params: Readonly<Record<string, unknown>>,
    read: (payload: unknown) => Facts | undefined,
  ): Promise<Facts | undefined> => {
    const answer = await ask(method, params);
    if (answer === undefined) return undefined;
    const facts = read(answer.payload);
    if (facts === undefined) refuse(method, 1);
    else if ("refused" in facts && typeof facts.refused === "number" && facts.refused > 0) {
      refuse(method, facts.refused);
    }
    return facts;
  };

  const system = async (): Promise<void> => {
    const answer = await ask("system.info", {});
    if (answer === undefined) return;
    tell({ kind: "latency", roundTripMs: answer.tookMs });
    const facts = systemOf(answer.payload, asker.now());
    if (facts === undefined) {
      refuse("system.info", 1);
      return;
    }
    tell({ kind: "system", system: facts });
    onLoop(facts.loopDegradedSince);
  };

  const sessions = async (): Promise<void> => {
    const all: SessionFacts[] = [];
    let offset = 0;
    for (let page = 0; page < sessionPagesMax; page += 1) {
      const params = { limit: sessionsPageLimit, ...(offset === 0 ? {} : { offset }) };
      const read = await take("sessions.list", params, (payload) => sessionsPageOf(payload, skewMs));
      if (read === undefined) return;
      all.push(...read.sessions);
      if (read.nextOffset === undefined || read.nextOffset <= offset || page === sessionPagesMax - 1) {
        tell({ kind: "sessions", sessions: all, total: Math.max(read.total, all.length) });
        return;
      }
      offset = read.nextOffset;
    }
  };

  const channels = async (): Promise<void> => {
    const read = await take("channels.status", {}, (payload) => channelsOf(payload, skewMs));
    if (read !== undefined) tell({ kind: "channels", channels: read.channels, issues: read.issues });
  };

  const lanes = async (): Promise<void> => {
    const read = await take("diagnostics.lanes", {}, lanesOf);
    if (read !== undefined) tell({ kind: "lanes", lanes: read.lanes });
  };

  const stability = async (): Promise<void> => {
    const mark = bookmarks.stability?.bootId === bootId ? bookmarks.stability : undefined;
    const since =
      mark === undefined
        ? { seq: 0, notBefore: asker.now() + skewMs - historyMs }
        : { seq: mark.seq, notBefore: 0 };
    const params = mark === undefined ? { limit: 250 } : { limit: 1_000, sinceSeq: mark.seq };
    const read = await take("diagnostics.stability", params, (payload) => stabilityOf(payload, since));
    if (read === undefined) return;
    bookmarks.stability = { bootId, seq: read.lastSeq };
    if (read.calls.completed + read.calls.failed > 0) tell({ kind: "model-calls", calls: read.calls });
  };

  const config = async (): Promise<void> => {
    const read = await take("config.get", {}, configOf);
    if (read !== undefined) tell({ kind: "config", config: read });
  };

  const logs = async (): Promise<void> => {
    const cursor = bookmarks.logCursor;
    const params =
      cursor === undefined
        ? { limit: logLinesFirst, maxBytes: logBytesFirst }
        : { cursor, limit: logLinesMax, maxBytes: logBytesMax };
    const read = await take("logs.tail", params, (payload) => logTailOf(payload, skewMs));
    if (read === undefined) return;
    bookmarks.logCursor = read.cursor;
    if (read.lines.length > 0) tell({ kind: "log", lines: read.lines });
  };

  return [
    { name: "system.info", everyMs: 3_000, firstAfterMs: 0, ask: system },
    { name: "channels.status", everyMs: 5_000, firstAfterMs: 0, ask: channels },
    { name: "sessions.list", everyMs: 60_000, firstAfterMs: 0, ask: sessions },
    { name: "diagnostics.lanes", everyMs: 5_000, firstAfterMs: 50, ask: lanes },
    { name: "logs.tail", everyMs: 3_000, firstAfterMs: 100, ask: logs },
    { name: "diagnostics.stability", everyMs: 15_000, firstAfterMs: 500, ask: stability },
    // Cold it takes the gateway half a second or more: not at once, and not often.
    { name: "config.get", everyMs: 60_000, firstAfterMs: 2_000, ask: config },
  ];
};

/** One session again, after a turn of it ended: its numbers change only then. */
export const describeSession = async (asker: Asker, key: string): Promise<void> => {
  const answer = await asker.ask("sessions.describe", { key });
  if (answer === undefined) return;
  const facts = describedSessionOf(answer.payload, asker.skewMs);
  if (facts === undefined) asker.refuse("sessions.describe", 1);
  else if (facts === "gone") asker.tell({ kind: "session-gone", sessionKey: key });
  else asker.tell({ kind: "session", session: facts });
};
