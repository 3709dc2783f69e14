import { age } from "../../ground/index.ts";
import type { Verdict } from "../gateway/state/report.ts";
import { failureVerdict } from "../gateway/state/verdict.ts";
import type { ProbeReport } from "./probe-gateway.ts";

/** What a round of probes means, in the states that every gateway has. Less can be known than over the wire. */
export const probeVerdict = (report: ProbeReport, retryAt: number): Verdict => {
  const { contact, startup } = report;
  switch (contact.kind) {
    case "refused":
      return {
        state: { kind: "down", retryAt },
        evidence: "nobody listens on its port",
        next: "Start it, or ask its service why it does not run.",
      };
    case "unreachable":
      return {
        state: { kind: "down", retryAt },
        evidence: `no way there: ${contact.reason}`,
        next: "Check the address and the network.",
      };
    case "untrusted":
      return failureVerdict({ kind: "untrusted", reason: contact.reason, hint: contact.hint }, retryAt);
    case "silent":
      return {
        state: { kind: "frozen" },
        evidence: `it accepts connections and answers nothing within ${age(contact.waitedMs)}`,
        next: "Its event loop stands still: look at its CPU and memory, then restart it.",
      };
    case "answers":
      break;
  }
  if (startup?.phase === "starting") {
    return {
      state: { kind: "booting", ...(startup.pending === undefined ? {} : { pending: startup.pending }) },
      evidence: `still starting${startup.pending === undefined ? "" : `, waits for ${startup.pending}`}`,
    };
  }
  if (startup?.phase === "draining") {
    return {
      state: { kind: "stopping" },
      evidence: "draining: it stops, restarts, or is quiesced for a snapshot; HTTP does not tell which",
    };
  }
  return answering(report, retryAt);
};

const answering = (report: ProbeReport, retryAt: number): Verdict => {
  const { contact, health, ready, startup } = report;
  if (health === undefined && ready === undefined && startup === undefined) {
    if (contact.kind === "answers" && contact.status >= 502 && contact.status <= 504) {
      return failureVerdict({ kind: "http-status", status: contact.status }, retryAt);
    }
    return {
      state: { kind: "http-only", healthy: undefined },
      evidence: `it answers HTTP, and nothing that tells its health (${report.ignored.join("; ")})`,
      next: "Check that the address is a gateway's and that /health is not behind a log-in.",
    };
  }
  const failing = [...(ready?.failing ?? []), ...(health?.failing ?? [])];
  const healthy =
    ready?.ready === false || health?.healthy === false ? false : (ready?.ready ?? health?.healthy);
  const version = health?.version ?? startup?.version;
  const facts = [
    ready === undefined ? undefined : ready.ready ? "ready" : "not ready",
    health === undefined || health.shape === "live" ? undefined : `says ${health.status}`,
    failing.length === 0 ? undefined : `failing: ${failing.join(", ")}`,
    healthy === undefined ? "alive, and nothing else is known" : undefined,
    version === undefined ? undefined : `version ${version}`,
  ].filter((fact) => fact !== undefined);
  return {
    state: { kind: "http-only", healthy },
    evidence: `watched over HTTP only: ${facts.join(", ")}`,
    ...(healthy === false ? { next: "Read its log, or connect over WebSocket to see more." } : {}),
  };
};
