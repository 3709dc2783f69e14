import { setTimeout as pause } from "node:timers/promises";
import { listen } from "./listen.ts";
import { sendJson, textOf } from "./model.ts";

/** `down` drops every connection; `unauthorized` is what Telegram answers once a bot's token was revoked. */
export type TelegramMode = "ok" | "unauthorized" | "down";

export type TelegramMock = {
  readonly apiRoot: string;
  readonly mode: (next: TelegramMode) => void;
  readonly close: () => Promise<void>;
};

const bot = {
  id: 123456,
  is_bot: true,
  first_name: "Mock",
  username: "mock_bot",
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
};

/** The part of Telegram's Bot API that keeps a channel connected. No message ever arrives. */
export const startTelegram = async (): Promise<TelegramMock> => {
  let mode: TelegramMode = "ok";
  const server = await listen((request, response) => {
    void (async () => {
      await textOf(request);
      if (mode === "down") {
        request.socket.destroy();
        return;
      }
      if (mode === "unauthorized") {
        sendJson(response, 401, { ok: false, error_code: 401, description: "Unauthorized" });
        return;
      }
      const method = request.url?.split("?")[0]?.split("/").at(-1);
      if (method === "getMe") {
        sendJson(response, 200, { ok: true, result: bot });
      } else if (method === "getUpdates") {
        // A long poll, shorter than the real one so that a changed mode is soon seen.
        await pause(1_000);
        sendJson(response, 200, { ok: true, result: [] });
      } else if (method === "getWebhookInfo") {
        const result = { url: "", has_custom_certificate: false, pending_update_count: 0 };
        sendJson(response, 200, { ok: true, result });
      } else {
        sendJson(response, 200, { ok: true, result: true });
      }
    })();
  });
  return {
    apiRoot: `http://127.0.0.1:${server.port}`,
    mode: (next) => {
      mode = next;
    },
    close: server.close,
  };
};
