import { textAt, type JsonObject } from "../json.ts";
import type { RunningGateway } from "../running.ts";
import { refuses, says, type Answer } from "./answer.ts";

/** Whether anybody works, and standing still for a snapshot. */
export const suspensionAnswers: Readonly<Record<string, Answer>> = {
  "gateway.restart.preflight": {
    scope: "operator.read",
    answer: (gateway) => {
      const active = gateway.activeRuns().length;
      return says({
        safe: active === 0,
        counts: {
          queueSize: 0,
          pendingReplies: active,
          embeddedRuns: active,
          cronRuns: 0,
          backgroundExecSessions: 0,
          rootRequests: 0,
          activeTasks: 0,
          totalActive: active,
        },
        blockers: blockersOf(gateway),
        summary: active === 0 ? "safe to restart now" : `${active} active embedded run(s)`,
      });
    },
  },
  "gateway.suspend.prepare": {
    scope: "operator.admin",
    params: { required: ["requestId"], optional: ["drain", "terminalPolicy"], terse: true },
    answer: (gateway) => {
      const blockers = blockersOf(gateway);
      if (blockers.length > 0) {
        return says({
          status: "busy",
          reason: "active-work",
          retryAfterMs: 20_000,
          activeCount: gateway.activeRuns().length * blockers.length,
          blockers,
          writeCustody: [],
        });
      }
      const lease = gateway.suspension.prepare();
      return says({ status: "ready", ...lease, activeCount: 0, blockers: [], writeCustody: [] });
    },
  },
  "gateway.suspend.status": {
    scope: "operator.read",
    params: { required: ["suspensionId"], optional: [], terse: true },
    answer: (gateway, params) => {
      const lease = gateway.suspension.lease(textAt(params, "suspensionId") ?? "");
      return lease === undefined ? unknownLease : says({ status: "ready", ...lease, writeCustody: [] });
    },
  },
  "gateway.suspend.resume": {
    scope: "operator.admin",
    params: { required: ["suspensionId"], optional: [], terse: true },
    answer: (gateway, params) =>
      gateway.suspension.resume(textAt(params, "suspensionId") ?? "")
        ? says({ ok: true, status: "running", resumed: true })
        : unknownLease,
  },
};

const unknownLease = refuses("INVALID_REQUEST", "unknown gateway suspension");

const blockersOf = (gateway: RunningGateway): readonly JsonObject[] => {
  const count = gateway.activeRuns().length;
  return count === 0
    ? []
    : [
        { kind: "embedded-run", count, message: `${count} active embedded run(s)` },
        { kind: "chat-run", count, message: `${count} active chat run(s)` },
      ];
};
