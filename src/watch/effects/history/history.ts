import type { SampleRow } from "../../effect.ts";
import { openDatabase } from "./open.ts";
import { openSamples, type Samples } from "./samples.ts";
import { openStories, type Stories } from "./stories.ts";

/**
 * The memory of the watch: one SQLite file that any number of processes read while one writes. What was sampled comes
 * in bundles, so a crash may cost the last half minute of numbers; alerts, incidents and marks are written at once.
 */
export type History = Disposable & {
  readonly samples: Pick<Samples, "series" | "trail">;
  readonly stories: Stories;
  /** Takes rows for the next bundle. */
  readonly keep: (rows: readonly SampleRow[]) => void;
  /** Writes the bundle, drops what is too old, keeps the size. Called about twice a minute. */
  readonly flush: (now: number) => void;
  /**
   * True while this process is the one that writes, and a sign of life for the others. One that sees more of the fleet
   * takes the place of one that sees less; of equals the first stays until it falls silent.
   */
  readonly claim: (now: number, weight?: number) => boolean;
  /** Whether some process writes now: one that ended in good order has let go, one that was killed has fallen silent. */
  readonly isWatched: (now: number) => boolean;
  /** When a writer was last alive, if ever, and how much of the fleet it saw. */
  readonly lastBeat: () => number | undefined;
  readonly lastWeight: () => number;
  /** Counts up whenever another process has written anything. */
  readonly changes: () => number;
  readonly sizeBytes: () => number;
  /** Where a damaged file was put when this was opened. */
  readonly putAside?: string;
};

export type HistoryOptions = {
  readonly path: string;
  readonly now: number;
  /** Names this process among those that share the file. */
  readonly owner: string;
  readonly maxBytes?: number;
};

/** A writer claims its place this often. */
export const beatEveryMs = 5_000;
/** A writer whose heart has been silent for this long is gone. */
const writerGoneMs = 20_000;
/** Rows waiting for a flush: ten minutes of a hundred gateways. Older ones give way. */
const waitingLimit = 6_000;
const pruneEveryMs = 600_000;
const defaultMaxBytes = 512 * 1024 * 1024;

export const openHistory = ({ path, now, owner, maxBytes = defaultMaxBytes }: HistoryOptions): History => {
  const { database, putAside } = openDatabase(path, now);
  const samples = openSamples(database);
  const stories = openStories(database);
  let waiting: readonly SampleRow[] = [];
  let prunedAt = 0;

  const beat = database.prepare(
    `INSERT INTO writer (one, owner, weight, beat_at) VALUES (1, ?, ?, ?)
     ON CONFLICT DO UPDATE SET owner = excluded.owner, weight = excluded.weight, beat_at = excluded.beat_at
     WHERE owner IN (excluded.owner, '') OR weight < excluded.weight
       OR beat_at < ? OR beat_at > excluded.beat_at + ${writerGoneMs}`,
  );
  const dataVersion = database.prepare("PRAGMA data_version");
  const sizeBytes = (): number => {
    const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"] ?? 0);
    const free = Number(database.prepare("PRAGMA freelist_count").get()?.["freelist_count"] ?? 0);
    const size = Number(database.prepare("PRAGMA page_size").get()?.["page_size"] ?? 0);
    return (pages - free) * size;
  };

  /** Beyond the bound the oldest and finest goes first, an hour at a time. */
  const shrink = (at: number): void => {
    const oldest = database.prepare("SELECT min(at_s) AS at FROM samples WHERE step_s = ?");
    const remove = database.prepare("DELETE FROM samples WHERE step_s = ? AND at_s < ?");
    for (const stepS of [10, 60, 900]) {
      while (sizeBytes() > maxBytes) {
        const first = oldest.get(stepS)?.["at"];
        if (typeof first !== "number" || first * 1_000 > at - 3_600_000) break;
        remove.run(stepS, first + 3_600);
      }
    }
  };

  return {
    samples,
    stories,
    keep: (rows) => {
      waiting = [...waiting, ...rows].slice(-waitingLimit);
    },
    flush: (at) => {
      const rows = waiting;
      samples.write(rows);
      waiting = [];
      if (at - prunedAt < pruneEveryMs && prunedAt <= at) return;
      prunedAt = at;
      samples.prune(at);
      stories.prune(at);
      shrink(at);
      database.exec("PRAGMA incremental_vacuum(2000)");
    },
    claim: (at, weight = 0) => beat.run(owner, weight, at, at - writerGoneMs).changes === 1,
    isWatched: (at) =>
      database
        .prepare("SELECT 1 AS one FROM writer WHERE owner <> '' AND beat_at BETWEEN ? AND ?")
        .get(at - writerGoneMs, at + writerGoneMs) !== undefined,
    lastBeat: () => {
      const at = database.prepare("SELECT beat_at FROM writer").get()?.["beat_at"];
      return typeof at === "number" ? at : undefined;
    },
    lastWeight: () => Number(database.prepare("SELECT weight FROM writer").get()?.["weight"] ?? 0),
    changes: () => Number(dataVersion.get()?.["data_version"] ?? 0),
    sizeBytes,
    ...(putAside === undefined ? {} : { putAside }),
    [Symbol.dispose]: () => {
      // Leaves the time of its last beat, and lets the next one write at once.
      database.prepare("UPDATE writer SET owner = '' WHERE owner = ?").run(owner);
      database.close();
    },
  };
};
