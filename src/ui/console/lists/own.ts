import type { AuditEntry } from "../state/audit.ts";
import { defineList } from "../state/list.ts";
import type { GatewayCost } from "../state/perf.ts";

/** What the console knows about itself. */

const noCosts: readonly GatewayCost[] = [];

export const costList = defineList<GatewayCost>({
  id: "costs",
  rows: ({ view }) => view.perf?.gateways ?? noCosts,
  keyOf: ({ gateway }) => gateway,
  textOf: (cost) => `${cost.gateway} ${cost.requests} asked, ${cost.bytesIn} B in, ${cost.bytesOut} B out`,
  sorts: {
    gateway: ({ gateway }) => gateway,
    requests: ({ requests }) => requests,
    in: ({ bytesIn }) => bytesIn,
    out: ({ bytesOut }) => bytesOut,
    frames: ({ framesIn }) => framesIn,
  },
});

export const auditList = defineList<AuditEntry>({
  id: "audit",
  rows: ({ view }) => view.audit,
  keyOf: ({ at, command }) => `${at} ${command}`,
  textOf: ({ command, ended }) => `${command} exit ${ended?.exit ?? "?"} ${ended?.text ?? ""}`,
  copies: ({ command }) => command,
  follows: true,
});
