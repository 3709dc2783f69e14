import { dayMs } from "../../../ground/index.ts";
import type { SnapshotKind } from "../../../watch/index.ts";
import { defineList } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { StoredSnapshot, VaultState } from "../state/vault.ts";

/** What the snapshots of one kind cost. */
export type KindRow = {
  readonly kind: SnapshotKind;
  readonly count: number;
  readonly newBytes: number;
  readonly storedBytes: number;
  readonly newestAt: number;
  readonly oldestAt: number;
};

const kindsOf = remembered((listed: readonly StoredSnapshot[]): readonly KindRow[] =>
  [...Map.groupBy(listed, ({ kind }) => kind)].map(([kind, all]) => ({
    kind,
    count: all.length,
    newBytes: all.reduce((sum, { newBytes }) => sum + newBytes, 0),
    storedBytes: all.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
    newestAt: all.reduce((newest, { at }) => Math.max(newest, at), 0),
    oldestAt: all.reduce((oldest, { at }) => Math.min(oldest, at), Number.POSITIVE_INFINITY),
  })),
);

export const kindList = defineList<KindRow>({
  id: "kinds",
  rows: ({ vault }) => kindsOf(vault.listed),
  keyOf: ({ kind }) => kind,
  textOf: ({ kind, count }) => `${kind} ${count}`,
  sorts: {
    kind: ({ kind }) => kind,
    count: ({ count }) => count,
    fresh: ({ newBytes }) => newBytes,
    stored: ({ storedBytes }) => storedBytes,
  },
});

export type Pace = { readonly count: number; readonly everyMs: number; readonly longestMs: number };

/** How often the gateways have got a snapshot in a day; of each by itself, the gap of now included. */
export const paceOf = ({ listed }: Pick<VaultState, "listed">, now: number): Pace | undefined => {
  const recent = listed.filter(({ at }) => at > now - dayMs && at <= now);
  const gaps = [...Map.groupBy(recent, ({ gateway, stateDir }) => gateway ?? stateDir).values()].flatMap(
    (all) => all.map(({ at }, place) => (all[place + 1]?.at ?? now) - at),
  );
  const sorted = gaps.toSorted((one, other) => one - other);
  const everyMs = sorted[Math.floor(sorted.length / 2)];
  return everyMs === undefined
    ? undefined
    : { count: recent.length, everyMs, longestMs: sorted.at(-1) ?? everyMs };
};

export type Growth = { readonly bytesADay: number; readonly daysLeft: number };

/**
 * How fast the vault has grown since its second snapshot, and when the disk is full if it goes on so. The first one
 * brings everything and says nothing of the pace; a day of history is the least to judge by.
 */
export const growthOf = ({ listed, host }: VaultState, now: number): Growth | undefined => {
  const since = Math.min(...listed.slice(0, 1).map(({ at }) => at));
  const spanMs = Math.min(now - since, 7 * dayMs);
  if (listed.length < 3 || spanMs < dayMs || host?.diskFreeBytes === undefined) return undefined;
  const grown = listed
    .slice(1)
    .filter(({ at }) => at >= now - spanMs)
    .reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const bytesADay = (grown * dayMs) / spanMs;
  return bytesADay <= 0 ? undefined : { bytesADay, daysLeft: host.diskFreeBytes / bytesADay };
};
