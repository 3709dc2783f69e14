import type { Alert } from "./alerts/alert.ts";
import type { Silence } from "./alerts/silence.ts";
import type { GatewayModel, SessionModel } from "./gateway-model.ts";
import type { Model, Operation } from "./model.ts";
import type { Trail } from "./vitals/trail.ts";
import type { Vitals } from "./vitals/vital.ts";

/**
 * The clock was set back: what we noted by the clock as it was would now lie ahead. Until it came round again, newer
 * facts would count as old and old numbers as fresh, and a gateway could die without anybody being told. What was
 * noted for later than now is from now; what only counts by its place in time is forgotten.
 */
export const withClockSetBack = (model: Model, now: number): Model => ({
  ...model,
  now,
  // What this process has seen since it began, it has seen before this moment.
  startedAt: Math.min(model.startedAt, now - 1),
  awakeSince: now,
  ...notAhead(model, ["vaultSince"], now),
  gateways: model.gateways.map((gateway) => gatewayAt(gateway, now)),
  vaultAlerts: model.vaultAlerts.map((alert) => alertAt(alert, now)),
  operations: model.operations.map((operation) => operationAt(operation, now)),
  silences: model.silences.map((silence) => silenceAt(silence, now)),
  incidents: model.incidents.map((incident) =>
    incident.movedAt <= now ? incident : { ...incident, movedAt: now },
  ),
});

const gatewayAt = (gateway: GatewayModel, now: number): GatewayModel => {
  const { connection, asked, restartsAsked } = gateway;
  return {
    ...gateway,
    ...(connection === undefined
      ? {}
      : { connection: { ...connection, since: Math.min(connection.since, now) } }),
    ...notAhead(
      gateway,
      [
        "heardAt",
        "systemAt",
        "sessionsAt",
        "channelsAt",
        "lanesAt",
        "configAt",
        "configPendingSince",
        "memoryAt",
        "goodbyeAt",
        "replacedAt",
        "activeAt",
      ],
      now,
    ),
    sessions: new Map([...gateway.sessions].map(([key, session]) => [key, sessionAt(session, now)])),
    channels: gateway.channels.map((each) => ({ ...each, changedAt: Math.min(each.changedAt, now) })),
    calls: gateway.calls.filter(({ at }) => at <= now),
    boots: gateway.boots.map((boot) => (boot.at <= now ? boot : { ...boot, at: now })),
    leaks: gateway.leaks.map((leak) => (leak.at <= now ? leak : { ...leak, at: now })),
    vitals: vitalsAt(gateway.vitals, now),
    trail: trailAt(gateway.trail, now),
    asked: Object.fromEntries(Object.entries(asked).filter(([, at]) => at <= now)),
    restartsAsked: restartsAsked.map((at) => Math.min(at, now)),
    alerts: gateway.alerts.map((alert) => alertAt(alert, now)),
  };
};

/** Of the named moments, those that would lie ahead. */
const notAhead = <Key extends string>(
  of: { readonly [Name in Key]?: number | undefined },
  names: readonly Key[],
  now: number,
): { readonly [Name in Key]?: number } => {
  const moved: { [Name in Key]?: number } = {};
  for (const name of names) {
    const at = of[name];
    if (at !== undefined && at > now) moved[name] = now;
  }
  return moved;
};

const sessionAt = (session: SessionModel, now: number): SessionModel => ({
  ...session,
  ...notAhead(
    session,
    ["at", "squeezedSince", "firstFailureAt", "lastRefusalAt", "lastTurnEndedAt", "seenRunningSince"],
    now,
  ),
  ...(session.turn === undefined
    ? {}
    : { turn: { ...session.turn, ...notAhead(session.turn, ["since", "lastEventAt"], now) } }),
});

const vitalsAt = (vitals: Vitals, now: number): Vitals =>
  Object.fromEntries(
    Object.entries(vitals).map(([name, { value, at }]) => [name, { value, at: Math.min(at, now) }]),
  );

const trailAt = ({ fine, coarse }: Trail, now: number): Trail => ({
  fine: fine.filter(({ at }) => at <= now),
  coarse: coarse.filter(({ at }) => at <= now),
});

/** The moment it fired is part of its name in the history, and stays. */
const alertAt = (alert: Alert, now: number): Alert => ({
  ...alert,
  ...notAhead(alert, ["since", "clearSince", "evidenceAt", "resolvedAt"], now),
  fires: alert.fires.map((at) => Math.min(at, now)),
});

const operationAt = (operation: Operation, now: number): Operation => ({
  ...operation,
  startedAt: Math.min(operation.startedAt, now),
  ...(operation.ended === undefined
    ? {}
    : { ended: { ...operation.ended, at: Math.min(operation.ended.at, now) } }),
});

/** It lasts as long as somebody wanted it to. */
const silenceAt = (silence: Silence, now: number): Silence =>
  silence.from <= now ? silence : { ...silence, from: now, until: now + (silence.until - silence.from) };
