import { dirname, resolve } from "node:path";
import type { GatewaySettings, SecretSource } from "../../clients/index.ts";
import type { Policies } from "../../watch/index.ts";
import type { LoadedConfig } from "./load.ts";
import { defaultKeyFile, defaultVaultPath, placeUnder } from "./places.ts";
import type { ConfigDocument } from "./schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration with every path absolute and every default in place. */
export type Config = {
  readonly file: string | undefined;
  readonly gateways: readonly GatewaySettings[];
  readonly vault: {
    readonly path: string;
    readonly keyFile: string;
    readonly compression: ConfigDocument["vault"]["compression"];
    readonly retention: string;
  };
  readonly recovery: ConfigDocument["recovery"];
  /** History, audit log and the device identity: what clawback itself remembers. */
  readonly stateHome: string;
  readonly alerts: ConfigDocument["alerts"];
  /** What a guard does by itself. */
  readonly policies: Policies;
  readonly ui: ConfigDocument["ui"];
  /** Things that work and should not stay so, such as a secret written inline. */
  readonly warnings: readonly string[];
};

type Secret = NonNullable<ConfigDocument["gateways"][number]["token"]>;
type ServiceSettings = GatewaySettings["service"];

/** A path that is not absolute is meant from the file it stands in: a configuration means the same from everywhere. */
export const resolveConfig = (loaded: LoadedConfig, env: Environment): Config => {
  const home = env["HOME"] ?? "/";
  const base = loaded.file === undefined ? "/" : dirname(loaded.file);
  const path = (text: string): string => resolve(base, text.replace(/^~(?=\/|$)/, home));
  /** A bare name is looked for along PATH, and arguments are the program's own business. */
  const argv = ([program = "", ...args]: readonly string[]): [string, ...string[]] => [
    program.includes("/") ? path(program) : program,
    ...args,
  ];
  const secretSource = (secret: Secret): SecretSource => {
    if (typeof secret === "string") return { kind: "inline", value: secret };
    if ("env" in secret) return { kind: "env", name: secret.env };
    if ("file" in secret) return { kind: "file", path: path(secret.file) };
    return { kind: "command", argv: argv(secret.command) };
  };
  const serviceSettings = (service: ServiceSettings): ServiceSettings =>
    service.kind === "command"
      ? {
          kind: "command",
          stop: argv(service.stop),
          start: argv(service.start),
          status: argv(service.status),
        }
      : service;
  const { document } = loaded;
  const { outputs } = document.alerts;

  const gateways = document.gateways.map((each): GatewaySettings => {
    const { token, password, stateDir, tls, metricsUrl, service, ...rest } = each;
    return {
      ...rest,
      service: serviceSettings(service),
      ...(token === undefined ? {} : { token: secretSource(token) }),
      ...(password === undefined ? {} : { password: secretSource(password) }),
      ...(stateDir === undefined ? {} : { stateDir: path(stateDir) }),
      ...(metricsUrl === undefined ? {} : { metricsUrl }),
      ...(tls === undefined
        ? {}
        : {
            tls: {
              ...(tls.fingerprint === undefined ? {} : { fingerprint: tls.fingerprint }),
              ...(tls.certFile === undefined ? {} : { certFile: path(tls.certFile) }),
              ...(tls.caFile === undefined ? {} : { caFile: path(tls.caFile) }),
            },
          }),
    };
  });

  return {
    file: loaded.file,
    gateways,
    vault: {
      path: path(document.vault.path ?? defaultVaultPath(env)),
      keyFile: path(document.vault.encryption.keyFile ?? defaultKeyFile(env)),
      compression: document.vault.compression,
      retention: document.vault.retention,
    },
    stateHome: placeUnder(env, "XDG_STATE_HOME"),
    recovery: document.recovery,
    alerts: {
      ...document.alerts,
      outputs: { ...outputs, exec: outputs.exec.map((each) => ({ ...each, argv: argv(each.argv) })) },
    },
    policies: { snapshots: document.snapshots, restart: document.recovery.restart },
    ui: document.ui,
    warnings: gateways
      .filter((each) => each.token?.kind === "inline" || each.password?.kind === "inline")
      .map(
        (each) =>
          `The secret of ${each.name} is written in the configuration: better { env }, { file } or { command }.`,
      ),
  };
};
