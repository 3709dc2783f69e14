import type { WireError } from "../../wire/frame.ts";
import type { LinkFailure } from "../failure.ts";
import type { Verdict } from "./report.ts";

/** What a failed attempt means, taken for itself. */
export const failureVerdict = (failure: LinkFailure, retryAt: number): Verdict => {
  switch (failure.kind) {
    case "refused":
      return {
        state: { kind: "down", retryAt },
        evidence: "nobody listens on its port",
        next: "Start it, or ask its service why it does not run.",
      };
    case "unreachable":
      return {
        state: { kind: "down", retryAt },
        evidence: `no way there (${failure.reason})`,
        next:
          failure.reason === "ECONNRESET"
            ? "It hung up: it may just have ended. One with TLS of its own is reached at wss://."
            : "Check the name, the network and the machine.",
      };
    case "mute":
      return {
        state: { kind: "frozen" },
        evidence: `its port accepts, and no ${failure.waitedFor} came within ${failure.waitedMs / 1000} s`,
        next: "Its event loop stands still. Look at its CPU and memory, and restart it if it stays so.",
      };
    case "http-status":
      return httpVerdict(failure.status, retryAt);
    case "untrusted":
      return {
        state: { kind: "unauthorised", reason: `its certificate is not trusted: ${failure.reason}` },
        evidence: `the certificate did not check out (${failure.reason}); no secret was sent`,
        next: failure.hint ?? certificateAdvice(failure.reason),
      };
    case "rejected":
      return rejectionVerdict(failure.error);
    case "closed":
      return {
        state: { kind: "down", retryAt },
        evidence: `hung up before hello (close ${failure.code}${failure.reason === "" ? "" : `, ${failure.reason}`})`,
        next: "If this stays, read the gateway's log.",
      };
    case "foreign":
      return {
        state: { kind: "incompatible", reason: failure.reason },
        evidence: `what answers does not speak the gateway protocol: ${failure.reason}`,
        next: "Check the address; another program may listen there.",
      };
    case "withheld":
      return {
        state: { kind: "unauthorised", reason: failure.reason },
        evidence: failure.reason,
        next: failure.hint,
      };
  }
};

/** How to look at the certificate of a gateway that made its own, on its machine. */
const showFingerprint =
  "openssl x509 -noout -fingerprint -sha256 -in ~/.openclaw/gateway/tls/gateway-cert.pem";

const certificateAdvice = (reason: string): string => {
  if (/EXPIRED|NOT_YET_VALID/.test(reason)) {
    return "Renew the certificate there, and check that both clocks are right.";
  }
  if (/ALTNAME|HOSTNAME/.test(reason)) {
    return "It is made out for another name: use that name in the address, or pin the certificate with tls.fingerprint.";
  }
  return `Set tls.fingerprint to what \`${showFingerprint}\` says on the gateway's machine, or tls.caFile to who signed it.`;
};

const httpVerdict = (status: number, retryAt: number): Verdict => {
  if (status === 403 || status === 401) {
    return {
      state: { kind: "unauthorised", reason: `the upgrade was answered with HTTP ${status}` },
      evidence: `HTTP ${status} instead of a WebSocket: forwarded headers of a proxy that the gateway does not trust`,
      next: "Add the proxy to gateway.trustedProxies there, or connect past it.",
    };
  }
  if (status >= 500) {
    return {
      state: { kind: "down", retryAt },
      evidence: `HTTP ${status}: a proxy without a gateway behind it`,
      next: "Look at the proxy and at the gateway behind it.",
    };
  }
  return {
    state: { kind: "incompatible", reason: `the upgrade was answered with HTTP ${status}` },
    evidence: `HTTP ${status} instead of a WebSocket`,
    next: "Check the address, or set httpOnly for a gateway that offers only probes.",
  };
};

const rejectionVerdict = (error: WireError): Verdict => {
  const { detail } = error;
  if (detail === "PAIRING_REQUIRED") {
    const requestId = safeId(error.requestId);
    const approve = `openclaw devices approve ${requestId}`;
    return {
      state: { kind: "pairing", requestId, approve },
      evidence: `this device must be approved there first (${error.reason ?? "not-paired"}, request ${requestId})`,
      next: `Run \`${approve}\` on the gateway's machine; clawback connects by itself afterwards.`,
    };
  }
  if (detail === "PROTOCOL_MISMATCH") {
    const reason = `it speaks protocol ${error.expectedProtocol ?? "?"}, clawback speaks 4`;
    return {
      state: { kind: "incompatible", reason },
      evidence: reason,
      next: "Update clawback, or the gateway if it is the older one.",
    };
  }
  if (error.code === "UNAVAILABLE" && error.retryable) {
    const pending = error.reason ?? error.message;
    return { state: { kind: "booting", pending }, evidence: `not ready yet: ${pending}` };
  }
  if (error.message.startsWith("invalid connect params")) {
    return {
      state: { kind: "incompatible", reason: error.message },
      evidence: `it does not accept how clawback introduces itself: ${error.message}`,
      next: "Update clawback: this gateway's protocol has moved on.",
    };
  }
  return {
    state: { kind: "unauthorised", reason: error.message },
    evidence: `refused: ${detail ?? error.code}`,
    next: advice[detail ?? ""] ?? "Check the token or password configured for this gateway.",
  };
};

const advice: Readonly<Record<string, string>> = {
  AUTH_TOKEN_MISMATCH:
    "The token is not the gateway's. Take it from gateway.auth.token of its configuration.",
  AUTH_TOKEN_MISSING: "Configure the gateway's token: token: { env } or { file }.",
  AUTH_PASSWORD_MISMATCH: "The password is not the gateway's.",
  AUTH_PASSWORD_MISSING: "Configure the gateway's password: password: { env } or { file }.",
  AUTH_RATE_LIMITED: "Too many wrong attempts: the gateway refuses for a while. Correct the secret first.",
  AUTH_SCOPE_MISMATCH:
    "The device is approved for less than this action needs. Approve the wider request there.",
  DEVICE_IDENTITY_REQUIRED: "Configure the gateway's token: without one it asks for a paired device.",
  DEVICE_AUTH_SIGNATURE_EXPIRED: "The clocks differ too much: check the time on both machines.",
};

/** The id becomes part of a command that a person will paste: nothing but the letters ids are made of. */
const safeId = (id: string | undefined): string =>
  id !== undefined && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(id) ? id : "--latest";
