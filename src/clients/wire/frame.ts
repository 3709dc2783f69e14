import * as z from "zod";
import { fieldsOf, isTrueAt, keysOf, numberAt, type Span, textAt } from "./scan.ts";
import { softFlag, softLine, softNumber } from "./soft.ts";

/**
 * The envelope every frame comes in: `{"type":"event","event":…,"payload":…,"seq":…}` or
 * `{"type":"res","id":…,"ok":…,"payload"|"error":…}`. It is read by walking, so that what the payload holds is
 * decided upon before any of it is parsed.
 */
export type Frame =
  | {
      readonly kind: "event";
      readonly event: string;
      readonly seq: number | undefined;
      readonly payload: Span | undefined;
    }
  | {
      readonly kind: "response";
      readonly id: string;
      readonly ok: boolean;
      readonly body: Span | undefined;
    }
  | { readonly kind: "refused"; readonly reason: string };

const envelopeKeys = keysOf("type", "event", "seq", "payload", "id", "ok", "error");

export const frameOf = (bytes: Buffer): Frame => {
  const fields = fieldsOf(bytes, { from: 0, to: bytes.length }, envelopeKeys);
  if (fields === undefined)
    return { kind: "refused", reason: "not a JSON object, cut off, or nested too deep" };
  const type = textAt(bytes, fields.get("type"), 16);
  if (type === "event") {
    const event = textAt(bytes, fields.get("event"), 64);
    if (event === undefined) return { kind: "refused", reason: "an event without a name" };
    return {
      kind: "event",
      event,
      seq: numberAt(bytes, fields.get("seq")),
      payload: fields.get("payload"),
    };
  }
  if (type === "res") {
    const id = textAt(bytes, fields.get("id"), 64);
    if (id === undefined) return { kind: "refused", reason: "a response without an id" };
    const ok = isTrueAt(bytes, fields.get("ok"));
    return { kind: "response", id, ok, body: fields.get(ok ? "payload" : "error") };
  }
  return { kind: "refused", reason: "neither an event nor a response" };
};

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Parses one part of a frame; undefined when it is no JSON, not UTF-8, or longer than `maxBytes`. */
export const parsePart = (bytes: Buffer, span: Span | undefined, maxBytes: number): unknown => {
  if (span === undefined || span.to - span.from > maxBytes) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes.subarray(span.from, span.to)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
};

export type WireError = {
  readonly code: string;
  readonly message: string;
  /** The finer code inside `details`: AUTH_TOKEN_MISMATCH, PAIRING_REQUIRED, MISSING_SCOPE… */
  readonly detail: string | undefined;
  /** Why it is unavailable just now: gateway-suspending, gateway-restarting, startup-sidecars… */
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  readonly expectedProtocol: number | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
};

const errorSchema = z.object({
  code: softLine(64),
  message: softLine(300),
  retryable: softFlag,
  retryAfterMs: softNumber,
  details: z
    .object({
      code: softLine(64),
      reason: softLine(64),
      requestId: softLine(128),
      expectedProtocol: softNumber,
    })
    .nullish()
    .catch(undefined),
});

/** Never fails: an error without a readable shape is still an error. */
export const wireErrorOf = (value: unknown): WireError => {
  const read = errorSchema.safeParse(value);
  const error = read.success ? read.data : undefined;
  return {
    code: error?.code ?? "UNKNOWN",
    message: error?.message ?? "the gateway refused without saying why",
    detail: error?.details?.code,
    reason: error?.details?.reason,
    requestId: error?.details?.requestId,
    expectedProtocol: error?.details?.expectedProtocol,
    retryable: error?.retryable ?? false,
    retryAfterMs: error?.retryAfterMs,
  };
};

const unknownMethod = /^unknown method\b/i;

/**
 * Whether a refusal of a read method means that this gateway does not have it. `unknown method` says so; FORBIDDEN
 * says "missing scope: operator.admin" of methods that do not exist, because the scope is looked up first.
 */
export const meansAbsent = (error: WireError): boolean =>
  isUnknownMethod(error) || missingScope(error) !== undefined;

export const isUnknownMethod = ({ message }: WireError): boolean => unknownMethod.test(message);

/** The scope that a refusal names, as 2026.9 and, with another code, 2026.7 put it; "" when it names none. */
export const missingScope = ({ code, detail, message }: WireError): string | undefined => {
  const isScope =
    (code === "FORBIDDEN" && detail === "MISSING_SCOPE") ||
    (code === "INVALID_REQUEST" && message.startsWith("missing scope"));
  return isScope ? (/missing scope:?\s*(\S+)/i.exec(message)?.[1] ?? "") : undefined;
};
