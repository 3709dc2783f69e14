import * as z from "zod";
import { parsePart } from "./frame.ts";
import { limits } from "./limits.ts";
import { fieldsOf, keysOf, type Span } from "./scan.ts";
import { line, name, softTime, time } from "./soft.ts";

/**
 * The one request that opens a connection. The gateway checks it against a closed schema: an unknown key, client id or
 * mode ends the connection, so a third-party program says `cli` and puts its own name in `displayName`.
 */
export const protocolVersion = 4;

const client = { id: "cli", mode: "cli" } as const;

export type Challenge = { readonly nonce: string; readonly ts: number };

const challengeSchema = z.object({ nonce: name(256), ts: time });

export const challengeOf = (value: unknown): Challenge | undefined => {
  const read = challengeSchema.safeParse(value);
  return read.success ? read.data : undefined;
};

export type Credentials = { readonly token?: string; readonly password?: string };

export type DeviceProof = {
  readonly id: string;
  readonly publicKey: string;
  readonly signature: string;
  readonly signedAt: number;
  readonly nonce: string;
};

type Asked = {
  readonly scopes: readonly string[];
  readonly platform: string;
  readonly credentials: Credentials;
};

/**
 * What a device signs (version 3 of the payload). `signedAt` and the nonce are the challenge's own, so a captured
 * signature is of no use on another connection; the token is part of it, so it cannot be swapped either.
 */
export const signaturePayload = (deviceId: string, asked: Asked, challenge: Challenge): string =>
  [
    "v3",
    deviceId,
    client.id,
    client.mode,
    "operator",
    asked.scopes.join(","),
    String(challenge.ts),
    asked.credentials.token ?? "",
    challenge.nonce,
    asked.platform.trim().toLowerCase(),
    "",
  ].join("|");

export const connectParams = (
  asked: Asked & { readonly version: string; readonly device?: DeviceProof },
): Readonly<Record<string, unknown>> => ({
  minProtocol: protocolVersion,
  maxProtocol: protocolVersion,
  client: { ...client, version: asked.version, platform: asked.platform, displayName: "clawback" },
  role: "operator",
  scopes: asked.scopes,
  caps: [],
  ...(Object.keys(asked.credentials).length === 0 ? {} : { auth: asked.credentials }),
  ...(asked.device === undefined ? {} : { device: asked.device }),
});

const helloSchema = z.object({
  type: z.literal("hello-ok"),
  protocol: z.number(),
  server: z.object({
    version: line(64),
    buildId: line(128).optional(),
    /** Absent before 2026.8: a start is then known by when it was (see boot-name.ts). */
    bootId: name(128).optional(),
  }),
  auth: z.object({
    scopes: z.array(name(64)).max(64),
    deviceToken: name(512).optional().catch(undefined),
  }),
  policy: z.object({ tickIntervalMs: z.number().min(1_000).max(600_000) }),
  snapshot: z
    .object({
      uptimeMs: softTime,
      /** Still raw: read with healthOf, like the event of that name. */
      health: z.unknown(),
      suspension: z.object({ phase: name(64) }).nullish(),
    })
    .catch({ uptimeMs: undefined, health: undefined, suspension: undefined }),
});

const helloKeys = keysOf("type", "protocol", "server", "auth", "policy", "snapshot");

/** Of hello-ok only what is read: two thirds of its 23 kB are names of methods, widgets and link readers. */
export const helloPartsOf = (bytes: Buffer, body: Span | undefined): unknown => {
  if (body === undefined || body.to - body.from > limits.handshakeBytes) return undefined;
  const parts = fieldsOf(bytes, body, helloKeys);
  return parts === undefined
    ? undefined
    : Object.fromEntries(
        [...parts].map(([key, span]) => [key, parsePart(bytes, span, limits.handshakeBytes)]),
      );
};

export type Hello = z.infer<typeof helloSchema>;

/** The answer to `connect`, or in words what is missing from it. */
export const helloOf = (value: unknown): Hello | string => {
  const read = helloSchema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  return `hello-ok without a usable ${issue === undefined ? "body" : issue.path.join(".")}`;
};
