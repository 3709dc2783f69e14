import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { SampleRow } from "../../effect.ts";
import {
  coarseLimit,
  coarseStepMs,
  fineLimit,
  fineStepMs,
  trailNames,
  valueIn,
  type Trail,
  type TrailName,
  type TrailRow,
} from "../../vitals/trail.ts";
import { columns, lowIsWorse, restored, stored } from "./schema.ts";

/** The steps of time, from fine to coarse, each with how long it is kept. */
export const tiers = [
  { stepS: 10, keptMs: 24 * 3_600_000 },
  { stepS: 60, keptMs: 7 * 86_400_000 },
  { stepS: 900, keptMs: 90 * 86_400_000 },
] as const;

export type Samples = {
  /** In one transaction, with the coarser steps they fall into. */
  readonly write: (rows: readonly SampleRow[]) => void;
  readonly series: (wanted: SeriesWanted) => readonly { readonly at: number; readonly value: number }[];
  /** The last hour and the last day, as the model keeps them. */
  readonly trail: (gateway: string, now: number) => Trail;
  /** Drops what has been kept for long enough, a gateway at a time. */
  readonly prune: (now: number) => Generator<void>;
  /** While the file is too large, the oldest and finest hour goes first. The last hour always stays. */
  readonly shrink: (now: number, isTooLarge: () => boolean) => Generator<void>;
};

export type SeriesWanted = {
  readonly gateway: string;
  readonly name: TrailName;
  readonly from: number;
  readonly until: number;
  /** About how many points are wanted: the finest step is taken that gives no more than twice as many. */
  readonly points: number;
};

/** The worst of both, in whole numbers, where either is known. */
const worst = (name: TrailName): string => {
  const pick = lowIsWorse.has(name) ? "min" : "max";
  return `${name} = coalesce(${pick}(${name}, excluded.${name}), ${name}, excluded.${name})`;
};

export const openSamples = (database: DatabaseSync): Samples => {
  const places = trailNames.map(() => "?").join(", ");
  const put = database.prepare(
    `INSERT INTO samples (step_s, gateway, at_s, ${columns}) VALUES (?, ?, ?, ${places})
     ON CONFLICT DO UPDATE SET ${trailNames.map(worst).join(", ")}`,
  );
  const idOf = idLookup(database);

  const write = (rows: readonly SampleRow[]): void => {
    if (rows.length === 0) return;
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const { gateway, row } of rows) {
        const id = idOf(gateway, true);
        const values: readonly SQLInputValue[] = trailNames.map((name) => stored(name, valueIn(row, name)));
        for (const { stepS } of tiers) {
          put.run(stepS, id ?? 0, Math.floor(row.at / 1_000 / stepS) * stepS, ...values);
        }
      }
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  };

  const perColumn = new Map<TrailName, StatementSync>();
  const series: Samples["series"] = ({ gateway, name, from, until, points }) => {
    const id = idOf(gateway, false);
    if (id === undefined) return [];
    const wantedS = (until - from) / 1_000 / Math.max(1, points);
    const stepS = tiers.find((tier) => tier.stepS * 2 >= wantedS)?.stepS ?? 900;
    const select =
      perColumn.get(name) ??
      database.prepare(
        `SELECT at_s, ${name} AS value FROM samples
         WHERE step_s = ? AND gateway = ? AND at_s BETWEEN ? AND ? AND ${name} IS NOT NULL ORDER BY at_s`,
      );
    perColumn.set(name, select);
    return select
      .all(stepS, id, Math.floor(from / 1_000), Math.ceil(until / 1_000))
      .map((row) => ({ at: Number(row["at_s"]) * 1_000, value: restored(name, row["value"]) }));
  };

  const rowsSince = database.prepare(
    `SELECT at_s, ${columns} FROM samples
     WHERE step_s = ? AND gateway = ? AND at_s BETWEEN ? AND ? AND at_s % ? = 0 ORDER BY at_s`,
  );
  /** What was written while the clock was ahead would keep anything new from the trail. */
  const rows = (
    id: number,
    stepS: number,
    [from, until]: readonly [number, number],
    everyS: number,
  ): readonly TrailRow[] =>
    rowsSince.all(stepS, id, Math.floor(from / 1_000), Math.floor(until / 1_000), everyS).map((row) => ({
      at: Number(row["at_s"]) * 1_000,
      values: trailNames.map((name) => restored(name, row[name])),
    }));

  // By gateway, so that the primary key finds the old rows at the front of each range.
  const remove = database.prepare("DELETE FROM samples WHERE step_s = ? AND gateway = ? AND at_s < ?");
  const oldest = database.prepare("SELECT min(at_s) AS at FROM samples WHERE step_s = ? AND gateway = ?");
  const allIds = database.prepare("SELECT id FROM gateways");
  const ids = (): readonly number[] => allIds.all().map((row) => Number(row["id"]));
  return {
    write,
    series,
    trail: (gateway, now) => {
      const id = idOf(gateway, false);
      if (id === undefined) return { fine: [], coarse: [] };
      return {
        fine: rows(id, 10, [now - fineLimit * fineStepMs, now], 10),
        coarse: rows(id, 60, [now - coarseLimit * coarseStepMs, now], coarseStepMs / 1_000),
      };
    },
    *prune(now) {
      for (const { stepS, keptMs } of tiers) {
        for (const [at, id] of ids().entries()) {
          const { changes } = remove.run(stepS, id, Math.floor((now - keptMs) / 1_000));
          // Mostly there is nothing old, and each pause wakes the process once more.
          if (changes > 0 || at % looksAtATime === looksAtATime - 1) yield;
        }
      }
    },
    *shrink(now, isTooLarge) {
      const lastHourS = Math.floor(now / 1_000) - 3_600;
      for (const { stepS } of tiers) {
        while (isTooLarge()) {
          const first = Math.min(...ids().map((id) => Number(oldest.get(stepS, id)?.["at"] ?? Infinity)));
          if (first > lastHourS) break;
          for (const id of ids()) {
            remove.run(stepS, id, first + 3_600);
            yield;
          }
        }
      }
    },
  };
};

/** To look for old rows of so many gateways takes a millisecond. */
const looksAtATime = 50;

const idLookup = (database: DatabaseSync): ((name: string, make: boolean) => number | undefined) => {
  const known = new Map<string, number>();
  const find = database.prepare("SELECT id FROM gateways WHERE name = ?");
  const make = database.prepare("INSERT INTO gateways (name) VALUES (?) ON CONFLICT DO NOTHING");
  return (name, create) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (create) make.run(name);
    const id = find.get(name)?.["id"];
    if (typeof id !== "number") return undefined;
    known.set(name, id);
    return id;
  };
};
