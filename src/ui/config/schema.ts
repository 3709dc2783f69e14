import * as z from "zod";
import type { Compression } from "../../core/index.ts";
import type { LanguageName } from "../console/language/index.ts";
import type { ThemeName } from "../console/theme/index.ts";
import { recoveryDefaults, vaultDefaults } from "./places.ts";
import { alertSettings, restartPolicy, snapshotPolicy } from "../../watch/index.ts";

/**
 * Every key of the configuration, with its default and what it is for. The descriptions are the reference: `clawback
 * config show` and the documentation are made from them. Unknown keys are refused, because a misspelt one would
 * otherwise be a safety net that is not there.
 */
const argv = z.array(z.string()).min(1);

/**
 * Words that belong to another part. They are written here again because the schema is loaded where that part is not;
 * the compiler asks for each that there is, and for no other.
 */
const oneOf = <Word extends string>(words: { readonly [Each in Word]: Each }) => z.enum(words);

const secret = z
  .union([
    z.strictObject({ env: z.string().min(1) }),
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ command: argv }),
    z.string().min(1),
  ])
  .describe("{ env }, { file } or { command: [...] }; written inline it works, with a warning");

const service = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.enum(["systemd-user", "systemd", "launchd"]), unit: z.string().min(1) }),
    z.strictObject({ kind: z.literal("openclaw") }),
    z.strictObject({ kind: z.literal("command"), stop: argv, start: argv, status: argv }),
    z.strictObject({ kind: z.literal("none") }),
  ])
  .describe("who starts and stops the gateway");

const gateway = z.strictObject({
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u, "a name of letters, digits, dots, dashes and underscores")
    .describe("the name it is known by"),
  url: z
    .string()
    .regex(/^wss?:\/\/[^\s/]+/, "a WebSocket address such as ws://127.0.0.1:18789")
    // An address is shown, recorded and reported everywhere.
    .regex(/^[^/]*\/\/[^/?#@]*(?:[/?#]|$)/, "an address without a secret in it: use token or password")
    .describe("its address"),
  labels: z.array(z.string()).default([]).describe("words to group by; prod is shown with special care"),
  token: secret.optional().describe("the shared or device token"),
  password: secret.optional().describe("the password, where it has one instead of a token"),
  stateDir: z.string().min(1).optional().describe("its state directory; absent: watched only"),
  service: service.default({ kind: "none" }),
  readOnly: z.boolean().default(false).describe("look, and change nothing"),
  insecure: z.boolean().default(false).describe("allow plain ws:// to another machine"),
  tls: z
    .strictObject({
      fingerprint: z.string().optional(),
      certFile: z.string().optional(),
      caFile: z.string().optional(),
    })
    .optional()
    .describe("a pinned certificate (its fingerprint, or the file it is in), or an own CA"),
  metricsUrl: z.url().optional().describe("a Prometheus text endpoint to read as well"),
  httpOnly: z.boolean().default(false).describe("it speaks HTTP probes and nothing else"),
});

const vault = z.strictObject({
  path: z.string().min(1).optional().describe("where snapshots live; default $XDG_DATA_HOME/clawback/vault"),
  compression: oneOf<Compression>({ lz4: "lz4", zstd: "zstd", gzip: "gzip", none: "none" })
    .default(vaultDefaults.compression)
    .describe("how frames are compressed"),
  encryption: z
    .strictObject({ keyFile: z.string().min(1).optional() })
    .default({})
    .describe("where the key file lies; default $XDG_CONFIG_HOME/clawback/vault.key"),
  retention: z
    .string()
    .regex(/^\d+(\.\d+)?(s|m|h|d|w)$/, "a length of time such as 24h or 30d")
    .default(vaultDefaults.retention)
    .describe("how long unprotected snapshots stay"),
});

const ui = z.strictObject({
  theme: oneOf<ThemeName | "auto">({
    auto: "auto",
    dark: "dark",
    light: "light",
    "high-contrast": "high-contrast",
    mono: "mono",
    "colour-blind": "colour-blind",
  })
    .default("auto")
    .describe("colours of the console"),
  time: z.enum(["utc", "local"]).default("utc").describe("the clock everything is shown by"),
  language: oneOf<LanguageName | "auto">({
    auto: "auto",
    en: "en",
    "zh-Hans": "zh-Hans",
    "zh-Hant": "zh-Hant",
  })
    .default("auto")
    .describe("the language of the console"),
  mouse: z
    .boolean()
    .default(false)
    .describe("clicks and the wheel in the console; the terminal then selects text with shift held"),
});

const recovery = z.strictObject({
  acceptWithin: z
    .string()
    .regex(/^\d+(\.\d+)?(s|m|h|d|w)$/, "a length of time such as 72h or 7d")
    .default(recoveryDefaults.acceptWithin)
    .describe("how long a restore waits to be accepted or rolled back; after that the old state is deleted"),
  restart: restartPolicy.prefault({}).describe("when a guard may restart a gateway by itself"),
});

export const configSchema = z.strictObject({
  gateways: z
    .array(gateway)
    .default([])
    .refine(
      (all) => new Set(all.map((each) => each.name)).size === all.length,
      "every gateway needs a name of its own",
    )
    .describe("the gateways to watch; empty: the local one is looked for"),
  vault: vault.prefault({}),
  snapshots: snapshotPolicy
    .prefault({})
    .describe("the snapshots that a guard takes by itself, where there is a vault"),
  recovery: recovery.prefault({}),
  alerts: alertSettings
    .prefault({})
    .describe("rules, thresholds and who is told; `clawback alerts rules` lists them"),
  ui: ui.prefault({}),
});

export type ConfigDocument = z.infer<typeof configSchema>;
