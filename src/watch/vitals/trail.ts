import { push } from "../ring.ts";
import { believedMs, type VitalName, type Vitals } from "./vital.ts";

/**
 * The trail a gateway leaves: some vitals, sampled on the grid of time, fine for the last hour and coarse for the last
 * day. Charts, trends, baselines and the estimate of an onset read it. NaN stands for "not known then".
 */
export const trailNames = [
  "context_pressure",
  "context_usage",
  "session_count",
  "channels_connected",
  "channels_configured",
  "lag_p99",
  "rss",
  "cpu",
  "queue",
  "error_rate",
  "model_latency",
  "disk_free",
] as const satisfies readonly VitalName[];

export type TrailName = (typeof trailNames)[number];

export const isTrailName = (name: string): name is TrailName => trailNames.some((each) => each === name);

export type TrailRow = { readonly at: number; readonly values: readonly number[] };

export type Trail = {
  /** One row per 10 s, the last 65 minutes: an hour, and what a rule over an hour compares it with. */
  readonly fine: readonly TrailRow[];
  /** One row per 5 min, the last 24 hours. */
  readonly coarse: readonly TrailRow[];
};

export const fineStepMs = 10_000;
export const coarseStepMs = 300_000;
/** 65 minutes. */
export const fineLimit = 390;
/** 24 hours. */
export const coarseLimit = 288;

export const emptyTrail: Trail = { fine: [], coarse: [] };

/** Adds a row when the grid says that one is due; otherwise the same trail. */
export const sample = (trail: Trail, vitals: Vitals, now: number): Trail => {
  const last = trail.fine.at(-1);
  const slot = Math.floor(now / fineStepMs) * fineStepMs;
  if (last !== undefined && last.at >= slot) return trail;
  const row: TrailRow = { at: slot, values: trailNames.map((name) => believed(vitals, name, now)) };
  const lastCoarse = trail.coarse.at(-1);
  const coarseSlot = Math.floor(now / coarseStepMs) * coarseStepMs;
  return {
    fine: push(trail.fine, row, fineLimit),
    coarse:
      lastCoarse !== undefined && lastCoarse.at >= coarseSlot
        ? trail.coarse
        : push(trail.coarse, { at: coarseSlot, values: row.values }, coarseLimit),
  };
};

const believed = (vitals: Vitals, name: VitalName, now: number): number => {
  const reading = vitals[name];
  return reading !== undefined && now - reading.at <= believedMs(name) ? reading.value : Number.NaN;
};

const columns = new Map<string, number>(trailNames.map((name, index) => [name, index]));

export const valueIn = (row: TrailRow, name: TrailName): number | undefined => {
  const value = row.values[columns.get(name) ?? -1];
  return value === undefined || Number.isNaN(value) ? undefined : value;
};

/** Shows every known value of one vital since a moment, oldest first. Nothing is made on the way: rows are many. */
export const visit = (
  trail: Trail,
  name: TrailName,
  from: number,
  see: (at: number, value: number) => void,
): void => {
  const fineFrom = trail.fine[0]?.at ?? Number.POSITIVE_INFINITY;
  for (const row of trail.coarse) {
    if (row.at >= fineFrom) break;
    seen(row, name, from, see);
  }
  for (const row of trail.fine) seen(row, name, from, see);
};

const seen = (
  row: TrailRow,
  name: TrailName,
  from: number,
  see: (at: number, value: number) => void,
): void => {
  if (row.at < from) return;
  const value = valueIn(row, name);
  if (value !== undefined) see(row.at, value);
};

/** The known values of one vital since a moment, oldest first. */
export const series = (
  trail: Trail,
  name: TrailName,
  from: number,
): readonly { readonly at: number; readonly value: number }[] => {
  const known: { readonly at: number; readonly value: number }[] = [];
  visit(trail, name, from, (at, value) => {
    known.push({ at, value });
  });
  return known;
};

/** An older trail before a newer one. */
export const joinTrails = (older: Trail, newer: Trail): Trail => ({
  fine: joinRows(older.fine, newer.fine, fineLimit),
  coarse: joinRows(older.coarse, newer.coarse, coarseLimit),
});

const joinRows = (
  older: readonly TrailRow[],
  newer: readonly TrailRow[],
  limit: number,
): readonly TrailRow[] => {
  const first = newer[0]?.at ?? Number.POSITIVE_INFINITY;
  return [...older.filter((row) => row.at < first), ...newer].slice(-limit);
};
