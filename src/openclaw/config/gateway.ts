import type { Environment } from "../location.ts";
import { isJsonObject, textAt, valueAt, type Json } from "../json.ts";

/** Where the gateway's secret comes from. The secret itself is not here: it is read when it is needed. */
export type GatewaySecret =
  | { readonly kind: "env"; readonly name: string }
  /** Written in the configuration itself; `valueAt(config, path)` is the value. */
  | { readonly kind: "config"; readonly path: readonly string[] }
  /** Kept by one of OpenClaw's own secret providers, which only the gateway can ask. */
  | { readonly kind: "provider"; readonly source: string; readonly id: string };

/** How the gateway of a configuration can be reached from its own host. */
export type GatewayAddress = {
  readonly port: number;
  /** `loopback`, `lan`, `tailnet`, `auto`, `custom`: as written. Absent: OpenClaw's default. */
  readonly bind?: string;
  readonly tls: boolean;
  /** Where it keeps the certificate it shows, as written. Absent: in its state directory. */
  readonly certPath?: string;
  readonly authMode?: string;
  /** In the order the gateway itself prefers them. */
  readonly tokens: readonly GatewaySecret[];
  readonly passwords: readonly GatewaySecret[];
};

/** OpenClaw's port when neither the environment, the configuration nor a profile says otherwise. */
const defaultPort = 18_789;

export const gatewayAddress = (
  config: Json | undefined,
  place: { readonly env: Environment; readonly profile?: string },
): GatewayAddress => {
  const bind = textAt(config, ["gateway", "bind"]);
  const authMode = textAt(config, ["gateway", "auth", "mode"]);
  const certPath = textAt(config, ["gateway", "tls", "certPath"]);
  return {
    port: portOf(config, place),
    ...(bind === undefined ? {} : { bind }),
    tls: valueAt(config, ["gateway", "tls", "enabled"]) === true,
    ...(certPath === undefined ? {} : { certPath }),
    ...(authMode === undefined ? {} : { authMode }),
    tokens: secretsOf(config, place.env, "token", "OPENCLAW_GATEWAY_TOKEN"),
    passwords: secretsOf(config, place.env, "password", "OPENCLAW_GATEWAY_PASSWORD"),
  };
};

const portOf = (
  config: Json | undefined,
  { env, profile }: { readonly env: Environment; readonly profile?: string },
): number => {
  const fromEnv = /(?:^|:)(?<port>\d{1,5})$/.exec(env["OPENCLAW_GATEWAY_PORT"]?.trim() ?? "")?.groups?.[
    "port"
  ];
  if (fromEnv !== undefined && isPort(Number(fromEnv))) return Number(fromEnv);
  const written = valueAt(config, ["gateway", "port"]);
  if (typeof written === "number" && isPort(written)) return written;
  return profile === undefined ? defaultPort : profilePort(profile);
};

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

/** OpenClaw gives every profile a port of its own: FNV-1a over its name, into 20000-59999. */
const profilePort = (profile: string): number => {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(profile, "utf8")) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return 20_000 + (hash % 40_000);
};

const secretsOf = (
  config: Json | undefined,
  env: Environment,
  name: "token" | "password",
  variable: string,
): readonly GatewaySecret[] => {
  const path = ["gateway", "auth", name];
  const written = secretAt(valueAt(config, path), path);
  const fromEnv: GatewaySecret[] =
    (env[variable]?.trim() ?? "") === "" ? [] : [{ kind: "env", name: variable }];
  return written === undefined || (written.kind === "env" && written.name === variable && fromEnv.length > 0)
    ? fromEnv
    : [...fromEnv, written];
};

const secretAt = (value: Json | undefined, path: readonly string[]): GatewaySecret | undefined => {
  if (typeof value === "string") {
    const text = value.trim();
    if (text === "") return undefined;
    const variable = /^\$\{(?<name>[A-Z_][A-Z0-9_]*)\}$/.exec(text)?.groups?.["name"];
    return variable === undefined ? { kind: "config", path } : { kind: "env", name: variable };
  }
  if (!isJsonObject(value)) return undefined;
  const source = textAt(value, ["source"]);
  const id = textAt(value, ["id"]);
  if (source === undefined || id === undefined) return undefined;
  return source === "env" ? { kind: "env", name: id } : { kind: "provider", source, id };
};
