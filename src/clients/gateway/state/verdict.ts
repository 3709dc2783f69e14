import type { Problem } from "../../../ground/index.ts";
import { connectionText, type ConnectionSentence } from "../../sentences/index.ts";
import type { WireError } from "../../wire/frame.ts";
import type { LinkFailure } from "../failure.ts";
import type { Verdict } from "./report.ts";

/** What a failed attempt means, taken for itself. */
export const failureVerdict = (failure: LinkFailure, retryAt: number): Verdict => {
  switch (failure.kind) {
    case "refused":
      return {
        state: { kind: "down", retryAt },
        said: { say: "no-listener" },
        advice: { say: "start-it" },
      };
    case "unreachable":
      return {
        state: { kind: "down", retryAt },
        said: { say: "no-way", reason: failure.reason },
        advice: { say: failure.reason === "ECONNRESET" ? "may-have-ended" : "check-network" },
      };
    case "mute":
      return {
        state: { kind: "frozen" },
        said: { say: "mute", waitedFor: failure.waitedFor, seconds: failure.waitedMs / 1000 },
        advice: { say: "stands-still" },
      };
    case "http-status":
      return httpVerdict(failure.status, retryAt);
    case "untrusted":
      return {
        state: { kind: "unauthorised", reason: `its certificate is not trusted: ${failure.reason}` },
        said: { say: "untrusted", reason: failure.reason },
        advice: failure.problem === undefined ? certificateAdvice(failure.reason) : wayOut(failure.problem),
      };
    case "rejected":
      return rejectionVerdict(failure.error);
    case "closed":
      return {
        state: { kind: "down", retryAt },
        said: { say: "hung-up", code: failure.code, reason: failure.reason },
        advice: { say: "read-log-if-it-stays" },
      };
    case "foreign":
      return {
        state: { kind: "incompatible", reason: failure.reason },
        said: { say: "foreign", reason: failure.reason },
        advice: { say: "another-program" },
      };
    case "withheld":
      return {
        state: { kind: "unauthorised", reason: failure.problem.message },
        said: { say: "problem", code: failure.problem.code, text: failure.problem.message },
        advice: wayOut(failure.problem),
      };
  }
};

const wayOut = ({ code, hint }: Problem): ConnectionSentence => ({
  say: "way-out",
  code,
  text: hint ?? "Check the configuration.",
});

/** How to look at the certificate of a gateway that made its own, on its machine. */
const showFingerprint =
  "openssl x509 -noout -fingerprint -sha256 -in ~/.openclaw/gateway/tls/gateway-cert.pem";

const certificateAdvice = (reason: string): ConnectionSentence => {
  if (/EXPIRED|NOT_YET_VALID/.test(reason)) {
    return { say: "renew-certificate" };
  }
  if (/ALTNAME|HOSTNAME/.test(reason)) {
    return { say: "certificate-name" };
  }
  return { say: "pin-certificate", show: showFingerprint };
};

const httpVerdict = (status: number, retryAt: number): Verdict => {
  if (status === 403 || status === 401) {
    return {
      state: { kind: "unauthorised", reason: `the upgrade was answered with HTTP ${status}` },
      said: { say: "http-forwarded", status },
      advice: { say: "trust-proxy" },
    };
  }
  if (status >= 500) {
    return {
      state: { kind: "down", retryAt },
      said: { say: "http-proxy", status },
      advice: { say: "look-at-proxy" },
    };
  }
  return {
    state: { kind: "incompatible", reason: `the upgrade was answered with HTTP ${status}` },
    said: { say: "http-other", status },
    advice: { say: "http-only" },
  };
};

const rejectionVerdict = (error: WireError): Verdict => {
  const { detail } = error;
  if (detail === "PAIRING_REQUIRED") {
    const requestId = safeId(error.requestId);
    const approve = `openclaw devices approve ${requestId}`;
    return {
      state: { kind: "pairing", requestId, approve },
      said: { say: "unpaired", reason: error.reason ?? "not-paired", request: requestId },
      advice: { say: "approve-device", approve },
    };
  }
  if (detail === "PROTOCOL_MISMATCH") {
    const said = { say: "protocol", expected: String(error.expectedProtocol ?? "?") } as const;
    return {
      state: { kind: "incompatible", reason: connectionText(said) },
      said,
      advice: { say: "update-either" },
    };
  }
  if (error.code === "UNAVAILABLE" && error.retryable) {
    const pending = error.reason ?? error.message;
    return { state: { kind: "booting", pending }, said: { say: "not-ready", pending } };
  }
  if (error.message.startsWith("invalid connect params")) {
    return {
      state: { kind: "incompatible", reason: error.message },
      said: { say: "introduction-refused", message: error.message },
      advice: { say: "update-clawback" },
    };
  }
  return {
    state: { kind: "unauthorised", reason: error.message },
    said: { say: "refuses-us", detail: detail ?? error.code },
    advice: { say: adviceFor(detail) },
  };
};

const advice = {
  AUTH_TOKEN_MISMATCH: "token-mismatch",
  AUTH_TOKEN_MISSING: "token-missing",
  AUTH_PASSWORD_MISMATCH: "password-mismatch",
  AUTH_PASSWORD_MISSING: "password-missing",
  AUTH_RATE_LIMITED: "rate-limited",
  AUTH_SCOPE_MISMATCH: "scope-mismatch",
  DEVICE_IDENTITY_REQUIRED: "identity-required",
  DEVICE_AUTH_SIGNATURE_EXPIRED: "clocks-differ",
} as const satisfies Readonly<Record<string, ConnectionSentence["say"]>>;

const adviceFor = (detail: string | undefined): (typeof advice)[keyof typeof advice] | "check-token" =>
  Object.entries(advice).find(([code]) => code === detail)?.[1] ?? "check-token";

/** The id becomes part of a command that a person will paste: nothing but the letters ids are made of. */
const safeId = (id: string | undefined): string =>
  id !== undefined && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(id) ? id : "--latest";
