import type { Scanned } from "../source/scan.ts";

/**
 * Guesses from names and times alone, right after the walk: what takes a while to come up is started on them before the
 * last snapshot has been looked at. A guess that was wrong costs time and nothing else.
 */
export const mayNeedHolding = (items: readonly Scanned[], sinceNs: bigint): boolean =>
  items.some(({ path, stat }) => stat.ctimeNs > sinceNs && /\.(?:sqlite3?|db)(?:-wal)?$/.test(path));

/** How much may have to be read. */
export const touchedBytes = (items: readonly Scanned[], sinceNs: bigint): number =>
  items.reduce(
    (sum, { stat }) => (stat.type === "file" && stat.ctimeNs > sinceNs ? sum + stat.sizeBytes : sum),
    0,
  );
