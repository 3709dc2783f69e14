import { isFiring, type Alert } from "../alerts/alert.ts";
import type { GatewayModel } from "../gateway-model.ts";
import { workOn } from "../maintenance.ts";
import type { Model, Operation } from "../model.ts";
import type { SnapshotSummary } from "../snapshot-summary.ts";
import { fineStepMs, visit, type Trail, type TrailName } from "../vitals/trail.ts";
import { conditionIn, staleFor, type Condition } from "./condition.ts";

/** One gateway on one line. What is not known is absent. */
export type FleetRow = {
  readonly gateway: GatewayModel;
  readonly name: string;
  readonly condition: Condition;
  /** How old the numbers are, when they are too old to be called live. */
  readonly staleMs?: number;
  readonly version?: string;
  readonly uptimeMs?: number;
  readonly lagMs?: number;
  readonly rssBytes?: number;
  /** RSS of the last hour in up to twelve steps of five minutes, oldest first. */
  readonly rssTrend: readonly number[];
  readonly pressure?: OfSession;
  readonly usage?: OfSession;
  readonly sessions?: number;
  readonly channels?: { readonly connected: number; readonly configured: number };
  readonly lastSnapshot?: SnapshotSummary;
  /** What we are at work on it with. */
  readonly work?: Operation;
  readonly topAlert?: Alert;
  readonly moreAlerts: number;
};

export type OfSession = { readonly value: number; readonly session: string | undefined };

export const fleetRows = (model: Model): readonly FleetRow[] =>
  model.gateways.map((gateway) => fleetRow(model, gateway));

export const fleetRow = (model: Model, gateway: GatewayModel): FleetRow => {
  const { now } = model;
  const { vitals, tightest } = gateway;
  const firing = gateway.alerts.filter(isFiring);
  const staleMs = staleFor(gateway, now);
  const uptimeMs = uptimeOf(gateway, now);
  const lastSnapshot = gateway.snapshots[0];
  const topAlert = firing[0];
  const work = workOn(model, gateway);
  const connected = vitals.channels_connected?.value;
  const configured = vitals.channels_configured?.value;
  return {
    gateway,
    name: gateway.identity.name,
    condition: conditionIn(model, gateway),
    ...(staleMs === undefined ? {} : { staleMs }),
    ...(gateway.hello === undefined ? {} : { version: gateway.hello.version }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(vitals.lag_p99 === undefined || !isThere(gateway) ? {} : { lagMs: vitals.lag_p99.value }),
    ...(vitals.rss === undefined || !isThere(gateway) ? {} : { rssBytes: vitals.rss.value }),
    rssTrend: rssTrendOf(gateway.trail),
    ...(vitals.context_pressure === undefined
      ? {}
      : { pressure: { value: vitals.context_pressure.value, session: tightest?.pressure } }),
    ...(vitals.context_usage === undefined
      ? {}
      : { usage: { value: vitals.context_usage.value, session: tightest?.usage } }),
    ...(vitals.session_count === undefined ? {} : { sessions: vitals.session_count.value }),
    ...(connected === undefined || configured === undefined ? {} : { channels: { connected, configured } }),
    ...(lastSnapshot === undefined ? {} : { lastSnapshot }),
    ...(work === undefined ? {} : { work }),
    ...(topAlert === undefined ? {} : { topAlert }),
    moreAlerts: Math.max(0, firing.length - 1),
  };
};

/** The uptime it told, grown by the time since: as long as it is there to grow. */
const uptimeOf = (gateway: GatewayModel, now: number): number | undefined => {
  const reading = gateway.vitals.uptime;
  if (reading === undefined || !isThere(gateway)) return undefined;
  return reading.value + Math.max(0, now - reading.at);
};

/** There is a process to which such numbers can belong: those of one that is gone would be told of nobody. */
const isThere = ({ connection }: GatewayModel): boolean => {
  const kind = connection?.state.kind;
  return kind !== "down" && kind !== "crashed" && kind !== "booting";
};

const rssTrends = new WeakMap<Trail, readonly number[]>();

/** A trail gets a row each ten seconds, and is walked once for it: lines of a fleet are asked for many times a second. */
const rssTrendOf = (trail: Trail): readonly number[] => {
  const known = rssTrends.get(trail);
  if (known !== undefined) return known;
  const trend = inSteps(trail, "rss", (trail.fine.at(-1)?.at ?? 0) + fineStepMs, 12, 300_000);
  rssTrends.set(trail, trend);
  return trend;
};

/** The last value of each step, oldest first; steps without a value are left out. */
const inSteps = (
  trail: Trail,
  name: TrailName,
  until: number,
  steps: number,
  stepMs: number,
): readonly number[] => {
  const from = until - steps * stepMs;
  const values: (number | undefined)[] = Array.from({ length: steps });
  visit(trail, name, from, (at, value) => {
    values[Math.min(steps - 1, Math.floor((at - from) / stepMs))] = value;
  });
  return values.filter((value) => value !== undefined);
};

export type FleetCounts = {
  readonly gateways: number;
  readonly ok: number;
  readonly warning: number;
  readonly critical: number;
  readonly maintenance: number;
  readonly unknown: number;
};

/** How many gateways are how bad. */
export const fleetCounts = (fleet: readonly Pick<Condition, "severity">[]): FleetCounts => {
  const counts = {
    gateways: fleet.length,
    ok: 0,
    warning: 0,
    critical: 0,
    maintenance: 0,
    unknown: 0,
  };
  for (const { severity } of fleet) counts[severity] += 1;
  return counts;
};
