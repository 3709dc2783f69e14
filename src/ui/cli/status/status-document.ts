import { freshValue, pressureOf, usageOf, vitalNames, type Alert, type Model } from "../../../watch/index.ts";
import type { FleetSource } from "../../fleet-source.ts";
import { isFromDisk, worstUsage } from "../verdict.ts";
import type { FleetStatus, GatewayStatus } from "./fleet-status.ts";

/** The shape scripts rely on: fields are added, never renamed. */
export const statusDocument = (
  { model, gateways, watched, vaultAlerts }: FleetStatus,
  fleet: FleetSource,
  deep: boolean,
): object => ({
  demo: fleet.demo !== undefined,
  at: new Date(model.now).toISOString(),
  watched,
  contextUsage: worstUsage(model) ?? null,
  memoryInSync: memoryInSync(gateways),
  gateways: gateways.map((each) => ({
    ...gatewayDocument(each, model.now),
    ...(deep ? deepPart(each) : {}),
  })),
  alerts: [...gateways.flatMap(({ alerts }) => alerts), ...vaultAlerts],
  vault: vaultDocument(model, vaultAlerts),
});

/** Null where there is no vault, or none that opens without a question. */
const vaultDocument = ({ vault, gateways, troubles }: Model, alerts: readonly Alert[]): object | null => {
  const trouble = troubles.find(({ effect }) => effect === "vault");
  if (vault === undefined) {
    return trouble === undefined ? null : { error: { code: trouble.code, message: trouble.message } };
  }
  const instant = (at: number | undefined): string | null =>
    at === undefined ? null : new Date(at).toISOString();
  return {
    snapshots: gateways.reduce((sum, { snapshots }) => sum + snapshots.length, 0),
    lastVerifiedAt: instant(vault.lastVerifiedAt),
    oldestUnverifiedAt: instant(vault.oldestUnverifiedAt),
    alerts,
  };
};

/** Null where no memory of this machine could be looked at whole. */
export const memoryInSync = (gateways: readonly GatewayStatus[]): boolean | null => {
  const looked = gateways.flatMap(({ row }) => row.gateway.memory ?? []);
  if (looked.some(({ inSync }) => inSync === false)) return false;
  return looked.length === 0 || looked.some(({ inSync }) => inSync === undefined) ? null : true;
};

const gatewayDocument = ({ row, alerts, verdict, doubts }: GatewayStatus, now: number): object => {
  const { gateway, condition } = row;
  return {
    name: row.name,
    url: gateway.identity.url,
    labels: gateway.identity.labels,
    state: gateway.connection?.state.kind ?? "unknown",
    since: gateway.connection === undefined ? null : new Date(gateway.connection.since).toISOString(),
    /** It was so at this first look already: it began then or at any time before. */
    sinceOrBefore: condition.orBefore ?? false,
    verdict,
    condition: condition.word,
    evidence: condition.reasons.map(({ text }) => text),
    /** Why `fine` cannot be said though nothing is known against it. */
    doubts,
    next: gateway.connection?.next ?? null,
    /** What clawback itself is doing to it. */
    underWay:
      row.work === undefined
        ? null
        : {
            kind: row.work.kind,
            step: row.work.step,
            snapshot: row.work.snapshot ?? null,
            since: new Date(row.work.startedAt).toISOString(),
          },
    /** Where the newest facts come from. */
    from:
      gateway.heardAt === undefined && gateway.sessionsAt === undefined
        ? null
        : isFromDisk(gateway)
          ? "disk"
          : gateway.connection?.state.kind === "http-only"
            ? "http"
            : "wire",
    version: row.version ?? null,
    uptimeMs: row.uptimeMs ?? null,
    agents: gateway.agents ?? null,
    channels: row.channels ?? null,
    config: gateway.config ?? null,
    memory: gateway.memory ?? null,
    lastSnapshot: row.lastSnapshot ?? null,
    vitals: Object.fromEntries(
      vitalNames.map((name) => [name, freshValue(gateway.vitals, name, now) ?? null]),
    ),
    alerts,
  };
};

const deepPart = ({ row: { gateway } }: GatewayStatus): object => ({
  sessions: [...gateway.sessions.values()].map((session) => ({
    ...session.facts,
    usage: usageOf(session.facts) ?? null,
    pressure: pressureOf(session.facts) ?? null,
    failures: session.failures,
  })),
  sessionTotal: gateway.sessionTotal ?? null,
  channelList: gateway.channels.map(({ facts }) => facts),
  channelIssues: gateway.channelIssues,
  lanes: gateway.lanes,
  system: gateway.system ?? null,
  boots: gateway.boots,
  absent: gateway.absent,
});
