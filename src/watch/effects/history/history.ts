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
  /**
   * Does a little of what is due: writes some of the bundle, drops some of what is too old, keeps the size. True while
   * there is more. Begun about twice a minute, and then called until it is done.
   */
  readonly work: (now: number) => boolean;
  /** Writes the whole bundle at once: for the end. */
  readonly flush: () => void;
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
/** So many rows are written in a millisecond or two. */
const rowsAtATime = 30;
const pagesAtATime = 100;
const vacuumSteps = 20;
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

  /** What there is to do, in steps of a millisecond or two: the process that writes also draws. */
  function* chores(at: number): Generator<void> {
    // What is of one gateway lies together in the file.
    waiting = waiting.toSorted((a, b) => (a.gateway < b.gateway ? -1 : a.gateway > b.gateway ? 1 : 0));
    while (waiting.length > 0) {
      samples.write(waiting.slice(0, rowsAtATime));
      waiting = waiting.slice(rowsAtATime);
      yield;
    }
    if (at - prunedAt < pruneEveryMs && prunedAt <= at) return;
    prunedAt = at;
    yield* samples.prune(at);
    stories.prune(at);
    yield;
    yield* samples.shrink(at, () => sizeBytes() > maxBytes);
    for (let step = 0; step < vacuumSteps; step += 1) {
      database.exec(`PRAGMA incremental_vacuum(${pagesAtATime})`);
      yield;
    }
  }
  let chore: Generator<void> | undefined;

  return {
    samples,
    stories,
    keep: (rows) => {
      waiting = [...waiting, ...rows].slice(-waitingLimit);
    },
    work: (at) => {
      chore ??= chores(at);
      try {
        if (chore.next().done === true) chore = undefined;
      } catch (error) {
        // What could not be written stays, and is tried again the next time.
        chore = undefined;
        throw error;
      }
      return chore !== undefined;
    },
    flush: () => {
      samples.write(waiting);
      waiting = [];
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
