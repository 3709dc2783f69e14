import { freshValue, usageOf, pressureOf, vitalNames } from "../../../watch/index.ts";
import type { FleetSource } from "../../fleet-source.ts";
import { isFromDisk, worstUsage } from "../verdict.ts";
import type { FleetStatus, GatewayStatus } from "./fleet-status.ts";

/** The shape scripts rely on: fields are added, never renamed. */
export const statusDocument = (
  { model, gateways, watched }: FleetStatus,
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
  alerts: gateways.flatMap(({ alerts }) => alerts),
  vault: null,
});

/** Null where no state directory of this machine could be looked at. */
export const memoryInSync = (gateways: readonly GatewayStatus[]): boolean | null => {
  const known = gateways.flatMap(({ row }) => row.gateway.memory ?? []);
  return known.length === 0 ? null : known.every(({ inSync }) => inSync);
};

const gatewayDocument = ({ row, alerts, verdict }: GatewayStatus, now: number): object => {
  const { gateway, condition } = row;
  return {
    name: row.name,
    url: gateway.identity.url,
    labels: gateway.identity.labels,
    state: gateway.connection?.state.kind ?? "unknown",
    since: gateway.connection === undefined ? null : new Date(gateway.connection.since).toISOString(),
    verdict,
    condition: condition.word,
    evidence: condition.reasons,
    next: gateway.connection?.next ?? null,
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
