import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { listen } from "./listen.ts";

/** How the provider answers from now on. */
export type ModelScript = {
  /** What it reports as prompt tokens; absent: a quarter of the bytes it was sent. */
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Before the first byte. */
  readonly delayMs?: number;
  /** Between the words of the answer. */
  readonly wordDelayMs?: number;
  /** Anything but 200 is answered as an error with `text` as its message. */
  readonly status?: number;
  readonly text?: string;
};

export type ModelMock = {
  readonly baseUrl: string;
  /** Replaces the script whole: what is not named is as at the start. */
  readonly script: (next?: ModelScript) => void;
  /** Requests for an answer so far. */
  readonly calls: () => number;
  readonly close: () => Promise<void>;
};

const ordinary = {
  completionTokens: 24,
  delayMs: 0,
  wordDelayMs: 2,
  status: 200,
  text: "All systems nominal.",
} satisfies ModelScript;

/** A provider that speaks OpenAI's chat completions, streamed or not. It keeps nothing of what it is sent. */
export const startModel = async (): Promise<ModelMock> => {
  let script: ModelScript = {};
  let calls = 0;
  const server = await listen((request, response) => {
    void (async () => {
      const body = await textOf(request);
      if (request.url?.startsWith("/v1/models") === true) {
        sendJson(response, 200, { object: "list", data: [{ id: "mock-1", object: "model" }] });
      } else if (request.url?.startsWith("/v1/chat/completions") === true) {
        calls += 1;
        await complete(response, body, { ...ordinary, ...script });
      } else {
        sendJson(response, 404, { error: { message: "not found" } });
      }
    })();
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    script: (next = {}) => {
      script = next;
    },
    calls: () => calls,
    close: server.close,
  };
};

type Complete = typeof ordinary & Pick<ModelScript, "promptTokens">;

const complete = async (response: ServerResponse, body: string, script: Complete): Promise<void> => {
  const asked: unknown = JSON.parse(body);
  const streamed = typeof asked === "object" && asked !== null && "stream" in asked && asked.stream === true;
  if (script.delayMs > 0) await pause(script.delayMs);
  if (script.status !== 200) {
    sendJson(response, script.status, { error: { message: script.text, type: "mock_error", code: "mock" } });
    return;
  }
  const prompt = script.promptTokens ?? Math.ceil(body.length / 4);
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: script.completionTokens,
    total_tokens: prompt + script.completionTokens,
  };
  const head = { id: "chatcmpl-mock", created: Math.floor(Date.now() / 1000), model: "mock-1" };
  if (!streamed) {
    const message = { role: "assistant", content: script.text };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    sendJson(response, 200, { ...head, object: "chat.completion", choices, usage });
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (fields: object): void => {
    response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...fields })}\n\n`);
  };
  const delta = (content: object, finish: string | null): object => ({
    choices: [{ index: 0, delta: content, finish_reason: finish }],
  });
  send(delta({ role: "assistant", content: "" }, null));
  for (const word of script.text.split(/(?<= )/)) {
    send(delta({ content: word }, null));
    if (script.wordDelayMs > 0) await pause(script.wordDelayMs);
  }
  send(delta({}, "stop"));
  // Only this last chunk gives the gateway its token counts.
  send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
};

export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
};

export const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += String(chunk);
  return text;
};
