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
        said: { say: "no-listener" },
        advice: { say: "start-it" },
      };
    case "unreachable":
      return {
        state: { kind: "down", retryAt },
        said: { say: "no-way-probed", reason: contact.reason },
        advice: { say: "check-address-network" },
      };
    case "untrusted":
      return failureVerdict({ kind: "untrusted", reason: contact.reason, problem: contact.problem }, retryAt);
    case "silent":
      return {
        state: { kind: "frozen" },
        said: { say: "mute-probed", waitedMs: contact.waitedMs },
        advice: { say: "stands-still-probed" },
      };
    case "answers":
      break;
  }
  if (startup?.phase === "starting") {
    return {
      state: { kind: "booting", ...(startup.pending === undefined ? {} : { pending: startup.pending }) },
      said: {
        say: "starting-probed",
        ...(startup.pending === undefined ? {} : { pending: startup.pending }),
      },
    };
  }
  if (startup?.phase === "draining") {
    return {
      state: { kind: "stopping" },
      said: { say: "draining" },
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
      said: { say: "health-unknown", ignored: report.ignored },
      advice: { say: "behind-log-in" },
    };
  }
  const failing = [...(ready?.failing ?? []), ...(health?.failing ?? [])];
  const healthy =
    ready?.ready === false || health?.healthy === false ? false : (ready?.ready ?? health?.healthy);
  const version = health?.version ?? startup?.version;
  return {
    state: { kind: "http-only", healthy },
    said: {
      say: "probed",
      ...(ready === undefined ? {} : { ready: ready.ready }),
      ...(health === undefined || health.shape === "live" ? {} : { status: health.status }),
      failing,
      health: healthy !== undefined,
      ...(version === undefined ? {} : { version }),
    },
    ...(healthy === false ? { advice: { say: "connect-for-more" } } : {}),
  };
};
