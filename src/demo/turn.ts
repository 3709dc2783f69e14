import { announceMessage, announceSession } from "./announce.ts";
import { heroSession, modelNamed, smallAnswers, smallTalk } from "./cast.ts";
import { compactSession } from "./compaction.ts";
import { objectAt, textAt, type JsonObject } from "./json.ts";
import type { Random } from "./random.ts";
import type { RunningGateway } from "./running.ts";
import { budgetOf, overBudget, promptTokensOf, type Session, type WrittenEvent } from "./session.ts";
import { assistantEvent, userEvent } from "./transcript-events.ts";

/**
 * Plays one turn of a session: somebody says something, the model answers, the row gets its numbers at the end. The
 * frames come in the order of the real gateway, with the text that it broadcasts to everybody who may read.
 */
export const playTurn = (
  gateway: RunningGateway,
  key: string,
  given: { readonly random: Random; readonly growTokens: number },
): void => {
  const before = gateway.session(key);
  if (before === undefined || before.activeRunId !== undefined || gateway.suspension.phase() === "prepared")
    return;
  const { random } = given;
  const { timers, stability } = gateway;
  const runId = random.uuid();
  const at = timers.now();
  const update = (change: Partial<Session>, added: readonly WrittenEvent[] = []): Session => {
    const current = gateway.session(key) ?? before;
    const next: Session = {
      ...current,
      ...change,
      updatedAt: timers.now(),
      transcript: [...current.transcript, ...added.map(({ entry }) => entry)],
      leafId: added.at(-1)?.entry.id ?? current.leafId,
    };
    gateway.write(next, added);
    return next;
  };

  const sent = update({ activeRunId: runId, status: "running", lastInteractionAt: at });
  stability.add(at, "message.received", { channel: "webchat", source: "dispatchInboundMessage" });
  stability.add(at, "queue.lane.enqueue", { source: `session:${key}`, queueSize: 1 });
  stability.add(at, "queue.lane.dequeue", { source: `session:${key}`, queueSize: 0, waitMs: 0 });
  announceSession(gateway, sent, { reason: "send" });
  announceSession(gateway, sent, { reason: "participants" });
  const ask = (): WrittenEvent => {
    const { leafId, sessionId } = gateway.session(key) ?? sent;
    return userEvent({
      id: random.uuid(),
      parentId: leafId === sessionId ? null : leafId,
      at,
      runId,
      text: random.pick(smallTalk),
    });
  };

  if (overBudget(sent)) {
    if (compactionMode(gateway) === "safeguard" && key === heroSession) {
      timers.story(900, () => {
        failTurn(gateway, { runId, asked: ask(), at, update });
      });
      return;
    }
    compactSession(gateway, key, random);
  }
  timers.story(150, () => {
    answerTurn(gateway, { runId, at, update, asked: ask(), key, ...given });
  });
};

type Update = (change: Partial<Session>, added?: readonly WrittenEvent[]) => Session;

/** The silent dead session: the row says done, the log warns, and one chat error is all that a client hears. */
const failTurn = (
  gateway: RunningGateway,
  turn: {
    readonly runId: string;
    readonly asked: WrittenEvent;
    readonly at: number;
    readonly update: Update;
  },
): void => {
  const { runId, asked, update } = turn;
  const { timers, log } = gateway;
  const session = update({}, [asked]);
  const { key } = session;
  log.write(
    timers.now(),
    "WARN",
    "compaction-safeguard",
    "Compaction safeguard: finalized summary failed quality checks; reasonCodes=missing_section reasonCount=5",
  );
  log.write(
    timers.now(),
    "WARN",
    "agent/embedded",
    `[compaction-diag] end runId=${runId} sessionKey=${key} diagId=cmp-${runId.slice(0, 8)} trigger=budget ` +
      `provider=${session.provider}/${session.model} attempt=1 maxAttempts=1 outcome=failed ` +
      "reason=guard_blocked durationMs=367",
  );
  gateway.broadcast("chat", {
    runId,
    sessionKey: key,
    seq: 1,
    state: "error",
    errorMessage:
      "⚠️ Context is too large and auto-compaction could not recover this turn. Try again, use /compact, or use /new to start a fresh session.",
  });
  announceMessage(gateway, session, asked);
  const { numbers } = session;
  const settled = update({
    activeRunId: undefined,
    status: "done",
    ...(numbers === undefined ? {} : { numbers: { ...numbers, totalTokens: numbers.totalTokens + 24 } }),
  });
  endOfMessage(gateway, turn.at);
  announceSession(gateway, settled, { reason: "agent.input.settled" });
};

const answerTurn = (
  gateway: RunningGateway,
  turn: {
    readonly runId: string;
    readonly at: number;
    readonly update: Update;
    readonly asked: WrittenEvent;
    readonly key: string;
    readonly random: Random;
    readonly growTokens: number;
  },
): void => {
  const { runId, update, random, asked, key } = turn;
  const { timers, stability } = gateway;
  let seq = 0;
  const agentId = key.split(":")[1] ?? "";
  const chat = (fields: JsonObject): void => {
    seq += 1;
    gateway.broadcast("chat", { runId, sessionKey: key, agentId, seq, ...fields });
  };
  const agent = (stream: string, data: JsonObject, more: JsonObject = {}): void => {
    seq += 1;
    gateway.broadcast("agent", {
      runId,
      sessionKey: key,
      ...(stream === "lifecycle" ? { sessionId: gateway.session(key)?.sessionId } : {}),
      agentId,
      stream,
      data,
      seq,
      ts: timers.now(),
      isHeartbeat: false,
      ...more,
    });
  };
  const phase = (name: string): void => {
    chat({ state: "status", phase: name });
    agent("run_status", { phase: name });
  };

  announceMessage(gateway, update({}, [asked]), asked);
  phase("preparing_workspace");
  phase("preparing_context");
  const model = modelNamed(gateway.session(key)?.model);
  const text = `${random.pick(smallAnswers)} ${random.pick(smallAnswers)}`;
  const outputTokens = random.between(60, 700);
  const itemId = `${random.uuid()}:1`;
  const thinkMs = random.between(300, 900);
  const firstByteMs = random.between(180, 900);
  const writeMs = random.between(400, 3_200);

  timers.story(thinkMs, () => {
    const startedAt = timers.now();
    const started = update({ startedAt, endedAt: undefined });
    agent("lifecycle", { phase: "start", startedAt });
    phase("starting_model");
    announceSession(gateway, started, { reason: "agent.run.started" });
    announceSession(gateway, started, { phase: "start", runId });
    agent("lifecycle", { phase: "model", provider: model.provider, model: model.id });
    announceSession(gateway, started, { phase: "model", runId });
    stability.add(startedAt, "model.call.started", { provider: model.provider, model: model.id });
  });
  timers.story(thinkMs + firstByteMs, () => {
    const half = text.slice(0, text.length / 2);
    agent("assistant", { text: half, delta: half, itemId });
    chat({ state: "delta", deltaText: half, message: chatMessage(half, timers.now()) });
  });
  timers.story(thinkMs + firstByteMs + writeMs, () => {
    const rest = text.slice(text.length / 2);
    const endedAt = timers.now();
    agent("assistant", { text, delta: rest, itemId });
    chat({ state: "delta", deltaText: rest, message: chatMessage(text, endedAt) });
    agent("usage", { outputTokens });
    const promptTokens = promptTokensOf(gateway.session(key) ?? started(gateway, key)) + turn.growTokens;
    const answer = assistantEvent({
      id: random.uuid(),
      parentId: asked.entry.id,
      at: endedAt,
      runId,
      text,
      model,
      promptTokens,
      outputTokens,
    });
    const answered = update({ preview: text.slice(0, 120) }, [answer]);
    const settled = update({
      activeRunId: undefined,
      status: "done",
      endedAt,
      lastRunId: runId,
      numbers: {
        inputTokens: promptTokens,
        outputTokens,
        totalTokens: promptTokens,
        estimatedCostUsd:
          (answered.numbers?.estimatedCostUsd ?? 0) +
          (promptTokens * model.usdPerMillionIn + outputTokens * model.usdPerMillionOut) / 1e6,
        budget: budgetOf(answered, promptTokens, answered.startedAt ?? endedAt),
      },
    });
    announceMessage(gateway, answered, answer);
    agent("lifecycle", {
      phase: "finishing",
      stopReason: "stop",
      aborted: false,
      livenessState: "working",
      endedAt,
    });
    agent("lifecycle", { phase: "model", provider: null, model: null }, { lane: "main" });
    agent("lifecycle", {
      stopReason: "stop",
      aborted: false,
      livenessState: "working",
      phase: "end",
      endedAt,
      startedAt: settled.startedAt,
      replayInvalid: false,
      terminalReply: { disposition: "visible", text },
      executionSettled: true,
    });
    chat({ state: "final", stopReason: "stop", message: chatMessage(text, endedAt) });
    stability.add(endedAt, "model.call.completed", {
      provider: model.provider,
      model: model.id,
      durationMs: firstByteMs + writeMs,
      requestBytes: promptTokens * 4,
      responseBytes: outputTokens * 5,
      timeToFirstByteMs: firstByteMs,
    });
    endOfMessage(gateway, turn.at);
    announceSession(gateway, settled, { reason: "agent.input.settled" });
    announceSession(gateway, settled, { phase: "model", runId });
    announceSession(gateway, settled, { phase: "end", runId });
    gateway.log.write(endedAt, "INFO", "gateway/ws", `⇄ res ✓ chat.send 59ms runId=${runId}`);
  });
};

/** A run ends with its process; while it lasts, the session cannot go away. */
const started = (gateway: RunningGateway, key: string): never => {
  throw new Error(`${gateway.cast.name} lost the session ${key} in the middle of a turn`);
};

const endOfMessage = (gateway: RunningGateway, sentAt: number): void => {
  const at = gateway.timers.now();
  gateway.stability.add(at, "message.processed", {
    channel: "webchat",
    durationMs: at - sentAt,
    // Completed even when the turn failed: the real ring says so too.
    outcome: "completed",
  });
};

const chatMessage = (text: string, timestamp: number): JsonObject => ({
  role: "assistant",
  content: [{ type: "text", text }],
  timestamp,
});

const compactionMode = (gateway: RunningGateway): string | undefined => {
  const defaults = objectAt(objectAt(gateway.appliedConfig().parsed, "agents"), "defaults");
  return textAt(objectAt(defaults, "compaction"), "mode");
};
