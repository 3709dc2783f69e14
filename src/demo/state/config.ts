import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { largeModel, smallModel, type ChannelName, type GatewayCast, type ModelCast } from "../cast.ts";
import { isObject, objectAt, parseObject, textAt, type JsonObject } from "../json.ts";

/** The gateway's own configuration file, and what `config.get` may tell of it. */
export type ConfigRead = {
  readonly path: string;
  readonly raw: string;
  readonly parsed: JsonObject;
  readonly valid: boolean;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly hash: string;
};

export const configText = (
  cast: GatewayCast,
  given: {
    readonly port: number;
    readonly token: string;
    readonly workspace: string;
    readonly secret: (name: string) => string;
  },
): string =>
  `${JSON.stringify(
    {
      gateway: {
        mode: "local",
        bind: "loopback",
        port: given.port,
        auth: { mode: "token", token: given.token },
      },
      models: {
        mode: "replace",
        providers: {
          [largeModel.provider]: {
            baseUrl: "http://127.0.0.1:9/v1",
            apiKey: given.secret("apiKey"),
            api: "openai-completions",
            models: [largeModel, smallModel].map(configuredModel),
          },
        },
      },
      agents: {
        defaults: {
          model: { primary: `${largeModel.provider}/${largeModel.id}` },
          workspace: given.workspace,
          skipBootstrap: true,
          compaction: { mode: "default" },
        },
        // They share one: each has its memory there.
        entries: Object.fromEntries(cast.agents.map((agent) => [agent, { workspace: given.workspace }])),
      },
      channels: Object.fromEntries(
        cast.channels.map((channel) => [channel, { enabled: true, botToken: given.secret(channel) }]),
      ),
      plugins: {
        entries: Object.fromEntries(cast.channels.map((channel) => [channel, { enabled: true }])),
      },
    },
    null,
    2,
  )}\n`;

export const readConfig = (stateDir: string): ConfigRead => {
  const path = join(stateDir, "openclaw.json");
  const raw = readFileSync(path, "utf8");
  const key = readFileSync(join(stateDir, "config-journal-fingerprint.key"));
  const parsed = parseObject(raw);
  const problem =
    parsed === undefined
      ? "JSON5 parse failed"
      : isObject(parsed["gateway"]) && parsed["gateway"]["mode"] === "local"
        ? undefined
        : "gateway.mode must be set";
  return {
    path,
    raw,
    parsed: parsed ?? {},
    valid: problem === undefined,
    issues:
      problem === undefined ? [] : [{ path: parsed === undefined ? "" : "gateway.mode", message: problem }],
    hash: `hmac-sha256:v1:${createHmac("sha256", key).update(raw).digest("base64url")}`,
  };
};

/** What the deploy of the incident changes, secrets included: a stricter compaction and a wrong bot token. */
export const deployConfig = (stateDir: string, botToken: string): void => {
  const { path, parsed } = readConfig(stateDir);
  const agents = objectAt(parsed, "agents");
  const channels = objectAt(parsed, "channels");
  const changed = {
    ...parsed,
    agents: {
      ...agents,
      defaults: { ...objectAt(agents, "defaults"), compaction: { mode: "safeguard" } },
    },
    channels: { ...channels, telegram: { ...objectAt(channels, "telegram"), botToken } },
  };
  writeFileSync(`${path}.bak`, readFileSync(path), { mode: 0o600 });
  writeFileSync(path, `${JSON.stringify(changed, null, 2)}\n`, { mode: 0o600 });
};

export const botTokenOf = ({ parsed }: ConfigRead, channel: ChannelName): string | undefined =>
  textAt(objectAt(objectAt(parsed, "channels"), channel), "botToken");

export const redacted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secretNames.has(key) && typeof inner === "string" ? hiddenSecret : redacted(inner),
    ]),
  );
};

/** The raw text with every secret's value replaced, comments and layout kept. */
export const redactedText = (raw: string): string =>
  raw.replace(
    /("(?:token|apiKey|botToken|password)"\s*:\s*)"(?:[^"\\]|\\.)*"/g,
    (_all, name: string) => `${name}"${hiddenSecret}"`,
  );

const hiddenSecret = "__OPENCLAW_REDACTED__";
const secretNames = new Set(["token", "apiKey", "botToken", "password"]);

const configuredModel = (model: ModelCast): JsonObject => ({
  id: model.id,
  name: model.name,
  reasoning: false,
  input: ["text"],
  cost: { input: model.usdPerMillionIn, output: model.usdPerMillionOut, cacheRead: 0, cacheWrite: 0 },
  contextWindow: model.windowTokens,
  maxTokens: 2048,
});
