import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../../src/watch/intake/secrets.ts";

/** Put together here, so that no scanner takes this file for a leak. */
const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ";
const secrets: readonly (readonly [string, string])[] = [
  ["API key", `sk-proj-${letters}`],
  ["GitHub token", `ghp_${letters.slice(0, 36)}`],
  ["Slack token", `xoxb-${"123456789012-abcdefghij"}`],
  ["Telegram bot token", `123456789:AA${letters.slice(0, 33)}`],
  ["Telegram bot token", `https://api.telegram.org/bot123456789:AA${letters.slice(0, 33)}/getMe`],
  ["webhook address", `https://hooks.slack.com/services/T0000000${"0/B000000000"}/${letters.slice(0, 24)}`],
  ["webhook address", `https://discord.com/api/webhooks/123456789012345678/${letters}`],
  ["token in an address", `wss://gateway.example.org/?token=${letters.slice(0, 24)}`],
  ["AWS access key", `AKIA${"ABCDEFGHIJKLMNOP"}`],
  ["JSON web token", `eyJ${letters.slice(0, 20)}.eyJ${letters.slice(0, 20)}.${letters.slice(0, 20)}`],
  ["bearer token", `Authorization: Bearer ${letters}`],
  ["password in an address", "postgres://app:s3cr3t-word@db:5432/x"],
  ["password or token", 'config {"botToken":"some-opaque-value-1"}'],
  ["password or token", "OPENAI_API_KEY=opaque-value-12345"],
  ["private key", "-----BEGIN OPENSSH PRIVATE KEY-----b3BlbnNzaA-----END OPENSSH PRIVATE KEY-----"],
];

describe("a line of log", () => {
  it.each(secrets)("loses a %s", (what, secret) => {
    const { text, found } = withoutSecrets(`before ${secret} after`);
    expect(found).toBe(what);
    expect(text).toContain("••••");
    expect(text).toMatch(/^before .*after$/);
    const bare = secret.replace(/^.*[ =]|^.*":"/, "").replace(/"}$/, "");
    expect(text).not.toContain(bare);
  });

  it.each([
    "compaction refused: guard_blocked session=agent:main:console-big",
    "token budget 24000, estimated 25342 tokens",
    "config reload: password=undefined, token: missing",
    "channels.telegram.botToken: __OPENCLAW_REDACTED__",
    "bootId 93ef0f3e-1111-4222-8333-444455556666 sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "listening on ws://127.0.0.1:18789 (auth: token)",
    "secret store opened, 3 secrets",
    "GET https://api.example.com/v1/models 200",
  ])("stays as it is: %s", (line) => {
    expect(withoutSecrets(line)).toEqual({ text: line, found: undefined });
  });
});
