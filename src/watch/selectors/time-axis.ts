import { isFiring, severities, type Alert, type Severity } from "../alerts/alert.ts";
import { liveAlerts, type Mark, type Model } from "../model.ts";
import type { Incident } from "../incidents/incident.ts";
import type { SnapshotKind } from "../snapshot-summary.ts";

/** The time axis: one bucket per column. */
export type TimeAxis = {
  readonly from: number;
  readonly until: number;
  readonly bucketMs: number;
  readonly buckets: readonly AxisBucket[];
  /** When the last snapshot from before it was taken. */
  readonly newestBefore?: number;
  readonly marks: readonly (Mark & { readonly column: number })[];
  /** Of the most urgent open incident, one of the gateway that is meant before all others. */
  readonly onset?: { readonly at: number; readonly column: number };
  readonly lastGood?: {
    readonly at: number;
    readonly column: number;
    readonly snapshot: string;
    readonly gateway: string;
    readonly verified: boolean;
  };
};

export type AxisBucket = {
  readonly from: number;
  /** The worst alert that was firing at any moment of it. */
  readonly severity?: Severity;
  readonly alerts: number;
  /** The most telling snapshot of it. */
  readonly snapshot?: { readonly kind: SnapshotKind; readonly count: number; readonly troubled: boolean };
  readonly lastGood: boolean;
};

/** Where the cursor sees most: a restore net or an operation outweighs one of the regular ones. */
const weight: Record<SnapshotKind, number> = {
  critical: 0,
  full: 1,
  manual: 2,
  "pre-op": 3,
  "pre-restore": 4,
  anomaly: 5,
};

export const timeAxis = (
  model: Model,
  wanted: {
    readonly columns: number;
    readonly windowMs: number;
    readonly until?: number;
    readonly gateway?: string;
    /** Of all gateways, the one whose trouble is shown first where it has any. */
    readonly about?: string;
  },
): TimeAxis => {
  const columns = Math.max(1, Math.floor(wanted.columns));
  const until = wanted.until ?? model.now;
  const bucketMs = wanted.windowMs / columns;
  const from = until - wanted.windowMs;
  const columnOf = (at: number): number | undefined =>
    at < from || at > until ? undefined : Math.min(columns - 1, Math.floor((at - from) / bucketMs));
  const mine = (gateway: string | undefined): boolean =>
    wanted.gateway === undefined || gateway === undefined || gateway === wanted.gateway;

  const isAbout = ({ gateways }: Incident): boolean =>
    wanted.about !== undefined && gateways.includes(wanted.about);

  const incident = model.incidents
    .filter((each) => each.state === "open" && each.gateways.some(mine))
    .toSorted(
      (a, b) =>
        Number(isAbout(b)) - Number(isAbout(a)) ||
        (a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : a.openedAt - b.openedAt),
    )[0];
  const goods = incident?.lastGood.filter((each) => mine(each.gateway)) ?? [];
  const good = goods.find(({ gateway }) => gateway === wanted.about) ?? goods[0];

  const firing = spans(model).filter((span) => mine(span.alert.gateway));
  const buckets: AxisBucket[] = [];
  for (let column = 0; column < columns; column += 1) {
    buckets.push({ from: from + column * bucketMs, alerts: 0, lastGood: false });
  }
  for (const { alert, start, end } of firing) {
    if (end < from || start > until) continue;
    const first = columnOf(Math.max(start, from)) ?? 0;
    const last = columnOf(Math.min(end, until)) ?? columns - 1;
    for (let column = first; column <= last; column += 1) {
      const before = buckets[column];
      if (before === undefined) continue;
      buckets[column] = {
        ...before,
        alerts: before.alerts + 1,
        severity: worse(before.severity, alert.severity),
      };
    }
  }
  let newestBefore: number | undefined;
  for (const gateway of model.gateways) {
    if (!mine(gateway.identity.name)) continue;
    for (const snapshot of gateway.snapshots) {
      const column = columnOf(snapshot.at);
      if (snapshot.at < from) newestBefore = Math.max(snapshot.at, newestBefore ?? snapshot.at);
      const before = column === undefined ? undefined : buckets[column];
      if (column === undefined || before === undefined) continue;
      const kind =
        before.snapshot === undefined || weight[snapshot.kind] > weight[before.snapshot.kind]
          ? snapshot.kind
          : before.snapshot.kind;
      buckets[column] = {
        ...before,
        snapshot: {
          kind,
          count: (before.snapshot?.count ?? 0) + 1,
          troubled: (before.snapshot?.troubled ?? false) || snapshot.takenDuring.length > 0,
        },
        lastGood: before.lastGood || (good?.snapshot === snapshot.id && good.gateway === snapshot.gateway),
      };
    }
  }
  const onsetColumn = incident === undefined ? undefined : columnOf(incident.onset.at);
  const goodColumn = good === undefined ? undefined : columnOf(good.at);
  return {
    from,
    until,
    bucketMs,
    buckets,
    ...(newestBefore === undefined ? {} : { newestBefore }),
    marks: model.marks.flatMap((mark) => {
      const column = columnOf(mark.at);
      return column === undefined || !mine(mark.gateway) ? [] : [{ ...mark, column }];
    }),
    ...(incident === undefined || onsetColumn === undefined
      ? {}
      : { onset: { at: incident.onset.at, column: onsetColumn } }),
    ...(good === undefined || goodColumn === undefined
      ? {}
      : {
          lastGood: {
            at: good.at,
            column: goodColumn,
            snapshot: good.snapshot,
            gateway: good.gateway,
            verified: good.verified,
          },
        }),
  };
};

const worse = (a: Severity | undefined, b: Severity): Severity =>
  a !== undefined && severities.indexOf(a) <= severities.indexOf(b) ? a : b;

type Span = { readonly alert: Alert; readonly start: number; readonly end: number };

/** When each alert was firing, those of the past included. */
const spans = (model: Model): readonly Span[] => [
  ...model.alertHistory.map((alert) => ({
    alert,
    start: alert.firedAt ?? alert.since,
    end: alert.resolvedAt ?? model.now,
  })),
  ...liveAlerts(model)
    .filter(isFiring)
    .map((alert) => ({ alert, start: alert.firedAt ?? alert.since, end: model.now })),
];
