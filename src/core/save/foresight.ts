import type { Scanned } from "../source/scan.ts";

/** What a walk may lead to, as it becomes likely. */
export type Foreseen = {
  /** A database may have to be held. Told once. */
  readonly onDatabase: () => void;
  /** So much, up to now, may have to be read. */
  readonly onBytes: (bytes: number) => void;
};

/**
 * Guesses from names and times alone, while the walk goes on: what takes a while to come up is started on them before
 * the last snapshot has been looked at. A guess that was wrong costs time and nothing else.
 */
export const foresee = (sinceNs: bigint, { onDatabase, onBytes }: Foreseen): ((item: Scanned) => void) => {
  let bytes = 0;
  let sawDatabase = false;
  return ({ path, stat }) => {
    if (stat.ctimeNs <= sinceNs) return;
    if (!sawDatabase && /\.(?:sqlite3?|db)(?:-wal)?$/.test(path)) {
      sawDatabase = true;
      onDatabase();
    }
    if (stat.type !== "file") return;
    bytes += stat.sizeBytes;
    onBytes(bytes);
  };
};
