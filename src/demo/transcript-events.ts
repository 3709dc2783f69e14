import type { ModelCast } from "./cast.ts";
import type { WrittenEvent } from "./session.ts";

/** The transcript's events as they are written to disk and quoted by `chat.history`. */
export const sessionEvent = (sessionId: string, cwd: string, at: number): WrittenEvent => ({
  entry: { id: sessionId, parentId: null, type: "session", role: undefined, at, promptTokens: undefined },
  event: { type: "session", version: 4, id: sessionId, timestamp: new Date(at).toISOString(), cwd },
});

export const userEvent = (given: {
  readonly id: string;
  readonly parentId: string | null;
  readonly at: number;
  readonly runId: string;
  readonly text: string;
}): WrittenEvent => {
  const { id, parentId, at } = given;
  return {
    entry: { id, parentId, type: "message", role: "user", at, promptTokens: undefined },
    event: {
      type: "message",
      id,
      parentId,
      timestamp: new Date(at).toISOString(),
      message: {
        role: "user",
        content: given.text,
        timestamp: at,
        idempotencyKey: `${given.runId}:user`,
        __openclaw: {
          senderIsOwner: true,
          transport: { clients: [{ id: "gateway-client", mode: "backend" }] },
        },
      },
    },
  };
};

export const assistantEvent = (given: {
  readonly id: string;
  readonly parentId: string;
  readonly at: number;
  readonly runId: string;
  readonly text: string;
  readonly model: ModelCast;
  readonly promptTokens: number;
  readonly outputTokens: number;
}): WrittenEvent => {
  const { id, parentId, at, model, promptTokens, outputTokens } = given;
  const input = (promptTokens * model.usdPerMillionIn) / 1e6;
  const output = (outputTokens * model.usdPerMillionOut) / 1e6;
  return {
    entry: { id, parentId, type: "message", role: "assistant", at, promptTokens },
    event: {
      type: "message",
      id,
      parentId,
      timestamp: new Date(at).toISOString(),
      message: {
        role: "assistant",
        content: [{ type: "text", text: given.text }],
        api: "openai-completions",
        provider: model.provider,
        model: model.id,
        usage: {
          input: promptTokens,
          output: outputTokens,
          totalTokens: promptTokens + outputTokens,
          cacheRead: 0,
          cacheWrite: 0,
          cost: { input, output, cacheRead: 0, cacheWrite: 0, total: input + output },
        },
        stopReason: "stop",
        timestamp: at,
        responseId: `chatcmpl-${id.slice(0, 8)}`,
        __openclaw: { runId: given.runId },
      },
    },
  };
};

/** What a compaction leaves in place of the messages before it. */
export const compactionEvent = (given: {
  readonly id: string;
  readonly parentId: string;
  readonly at: number;
  readonly tokensBefore: number;
  readonly tokensAfter: number;
  readonly summary: string;
}): WrittenEvent => ({
  entry: {
    id: given.id,
    parentId: given.parentId,
    type: "compaction",
    role: undefined,
    at: given.at,
    promptTokens: given.tokensAfter,
  },
  event: {
    type: "compaction",
    id: given.id,
    parentId: given.parentId,
    timestamp: new Date(given.at).toISOString(),
    summary: given.summary,
    tokensBefore: given.tokensBefore,
    tokensAfter: given.tokensAfter,
  },
});
