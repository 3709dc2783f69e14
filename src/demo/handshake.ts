import { isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from "./json.ts";

/** Judges the parameters of `connect` as strictly as the real gateway does, in the same order and words. */
export type Judgement =
  | {
      readonly kind: "welcome";
      readonly scopes: readonly string[];
      readonly clientId: string;
      readonly clientMode: string;
      readonly displayName: string | undefined;
      readonly device: PresentedDevice | undefined;
    }
  | {
      readonly kind: "refused";
      readonly error: JsonObject;
      readonly close: { readonly code: number; readonly reason: string };
    };

export type PresentedDevice = {
  readonly id: string;
  readonly publicKey: string;
  readonly signature: string;
  readonly signedAt: number;
  readonly nonce: string;
  /** The text that must have been signed. */
  readonly signed: string;
  readonly platform: string;
};

export const protocolVersion = 4;

export const judgeConnect = (
  params: unknown,
  gateway: {
    readonly token: string;
    readonly challenge: { readonly nonce: string; readonly ts: number };
    readonly origin: string | undefined;
    readonly verify: (device: PresentedDevice) => boolean;
  },
): Judgement => {
  const shapeProblem = problemOfShape(params);
  if (shapeProblem !== undefined || !isObject(params)) {
    return refuse(`invalid connect params: ${shapeProblem ?? "at root: must be object"}`);
  }
  const client = objectAt(params, "client");
  const clientId = textAt(client, "id") ?? "";
  const clientMode = textAt(client, "mode") ?? "";
  const [low, high] = [numberAt(params, "minProtocol") ?? 0, numberAt(params, "maxProtocol") ?? 0];
  if (low > protocolVersion || high < protocolVersion) {
    return refuse("protocol mismatch", {
      close: 1002,
      details: {
        code: "PROTOCOL_MISMATCH",
        clientMinProtocol: low,
        clientMaxProtocol: high,
        expectedProtocol: protocolVersion,
        minimumProbeProtocol: 3,
      },
    });
  }
  if (gateway.origin !== undefined) {
    return refuse(
      "origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)",
      { details: { code: "CONTROL_UI_ORIGIN_NOT_ALLOWED", reason: "origin not allowed" } },
    );
  }
  const auth = objectAt(params, "auth");
  const secret = textAt(auth, "token") ?? textAt(auth, "password");
  const scopes = (listAt(params, "scopes") ?? []).filter((scope) => typeof scope === "string");
  const device = deviceOf(params, clientId, clientMode, scopes, textAt(auth, "token") ?? "");
  if (device === undefined && (secret === undefined || textAt(params, "role") === "node")) {
    return refuse("device identity required", {
      code: "NOT_PAIRED",
      details: { code: "DEVICE_IDENTITY_REQUIRED" },
    });
  }
  if (secret !== gateway.token) {
    return refuse("unauthorized: gateway token mismatch (provide gateway auth token)", {
      details: {
        code: "AUTH_TOKEN_MISMATCH",
        authReason: "token_mismatch",
        canRetryWithDeviceToken: false,
        recommendedNextStep: "update_auth_credentials",
      },
    });
  }
  if (device !== undefined) {
    if (device.signedAt !== gateway.challenge.ts) {
      return refuse("device signature expired", {
        details: { code: "DEVICE_AUTH_SIGNATURE_EXPIRED", reason: "device-signature-stale" },
      });
    }
    if (device.nonce !== gateway.challenge.nonce || !gateway.verify(device)) {
      return refuse("device signature invalid", {
        details: { code: "DEVICE_AUTH_SIGNATURE_INVALID", reason: "device-signature" },
      });
    }
  } else if (clientId === "openclaw-tui" || clientId === "openclaw-control-ui") {
    return refuse("control ui requires device identity (use HTTPS or localhost secure context)", {
      details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" },
    });
  }
  // Without a device only the gateway's own back ends and command lines are given what they ask for.
  const trusted =
    device !== undefined ||
    (clientId === "cli" && clientMode === "cli") ||
    (clientId === "gateway-client" && clientMode === "backend");
  return {
    kind: "welcome",
    scopes: trusted ? scopes : [],
    clientId,
    clientMode,
    displayName: textAt(client, "displayName"),
    device,
  };
};

const refuse = (
  message: string,
  more: { readonly code?: string; readonly close?: number; readonly details?: JsonObject } = {},
): Judgement => ({
  kind: "refused",
  error: {
    code: more.code ?? "INVALID_REQUEST",
    message,
    ...(more.details === undefined ? {} : { details: more.details }),
  },
  close: { code: more.close ?? 1008, reason: message },
});

const deviceOf = (
  params: JsonObject,
  clientId: string,
  clientMode: string,
  scopes: readonly string[],
  token: string,
): PresentedDevice | undefined => {
  const device = objectAt(params, "device");
  if (device === undefined) return undefined;
  const client = objectAt(params, "client");
  const [id, nonce] = [textAt(device, "id") ?? "", textAt(device, "nonce") ?? ""];
  const signedAt = numberAt(device, "signedAt") ?? 0;
  const platform = textAt(client, "platform") ?? "";
  const role = textAt(params, "role") ?? "operator";
  const family = (textAt(client, "deviceFamily") ?? "").trim().toLowerCase();
  return {
    id,
    publicKey: textAt(device, "publicKey") ?? "",
    signature: textAt(device, "signature") ?? "",
    signedAt,
    nonce,
    platform,
    signed: [
      "v3",
      id,
      clientId,
      clientMode,
      role,
      scopes.join(","),
      signedAt,
      token,
      nonce,
      platform.trim().toLowerCase(),
      family,
    ].join("|"),
  };
};

const problemOfShape = (params: unknown): string | undefined => {
  if (!isObject(params)) return "at root: must be object";
  const missing = ["minProtocol", "maxProtocol", "client"].find((key) => !(key in params));
  if (missing !== undefined) return `must have required property '${missing}'`;
  const problems = Object.entries(allowedKeys).flatMap(([place, keys]) => {
    const object = place === "" ? params : objectAt(params, place);
    return Object.keys(object ?? {})
      .filter((key) => !keys.includes(key))
      .map((key) => `at ${place === "" ? "root" : `/${place}`}: unexpected property '${key}'`);
  });
  if (problems.length > 0) return problems.join("; ");
  const client = objectAt(params, "client");
  if (!clientIds.has(textAt(client, "id") ?? ""))
    return "at /client/id: must be equal to one of the allowed values";
  if (!clientModes.has(textAt(client, "mode") ?? "")) {
    return "at /client/mode: must be equal to one of the allowed values";
  }
  return undefined;
};

const allowedKeys: Readonly<Record<string, readonly string[]>> = {
  "": [
    "minProtocol",
    "maxProtocol",
    "client",
    "caps",
    "commands",
    "permissions",
    "pathEnv",
    "role",
    "scopes",
    "device",
    "auth",
    "locale",
    "userAgent",
  ],
  client: [
    "id",
    "displayName",
    "version",
    "platform",
    "deviceFamily",
    "modelIdentifier",
    "mode",
    "instanceId",
  ],
  auth: ["token", "password", "deviceToken", "bootstrapToken"],
  device: ["id", "publicKey", "signature", "signedAt", "nonce"],
};

const clientIds = new Set([
  "webchat-ui",
  "openclaw-control-ui",
  "openclaw-browser-copilot",
  "openclaw-tui",
  "webchat",
  "cli",
  "gateway-client",
  "openclaw-macos",
  "openclaw-linux",
  "openclaw-ios",
  "openclaw-watchos",
  "openclaw-android",
  "node-host",
  "openclaw-worker",
  "test",
  "fingerprint",
  "openclaw-probe",
]);

const clientModes = new Set(["webchat", "cli", "ui", "backend", "node", "worker", "probe", "test"]);
