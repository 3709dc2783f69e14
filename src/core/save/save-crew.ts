import { availableParallelism } from "node:os";
import { setImmediate as breathe } from "node:timers/promises";
import type { ChunkTable, SharedTable } from "../chunk/chunk-table.ts";
import { makeCutter } from "../chunk/cutter.ts";
import type { Compression } from "../pack/codec.ts";
import type { PackWriter } from "../pack/pack-writer.ts";
import { Reach } from "../source/reach.ts";
import { entryUrl, hire, type Crew } from "../system/threads.ts";
import { chunkFiles, type ReadJob, type ReadResult } from "./chunk-file.ts";

export type SaveSetup = {
  readonly directory: string;
  readonly master: Uint8Array;
  readonly compression: Compression;
};

export type SaveJob =
  /** Before any other. */
  | { readonly kind: "begin"; readonly table: SharedTable }
  | { readonly kind: "read"; readonly jobs: readonly ReadJob[] }
  | { readonly kind: "finish" }
  | { readonly kind: "discard" };

export type SaveAnswer =
  | { readonly kind: "begun" }
  | { readonly kind: "read"; readonly results: readonly ReadResult[] }
  | {
      readonly kind: "written";
      readonly packs: readonly string[];
      readonly newBytes: number;
      readonly storedBytes: number;
    };

export type Written = {
  readonly packs: readonly string[];
  readonly newBytes: number;
  readonly storedBytes: number;
};

/** Who reads the files of a save: threads, or this thread itself. */
export type SaveCrew = {
  readonly read: (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>;
  readonly finish: () => Promise<readonly Written[]>;
  readonly discard: () => Promise<void>;
};

/** Below this much to read, starting threads takes longer than they save. */
export const worthThreadsBytes = 24 * 1024 * 1024;
/** Each takes some 25 MB, and two already saturate most disks. */
const maxThreads = 3;

export const threadCount = (): number => Math.max(1, Math.min(maxThreads, availableParallelism()));

/** Threads that come up while it is still being found out what there is to read. */
export type SaveThreads = AsyncDisposable & {
  /** Sets them to work, now that it is known which chunks the vault has. */
  readonly begin: (table: ChunkTable) => SaveCrew;
};

export const startThreads = (setup: SaveSetup): SaveThreads => {
  const crew = hire<SaveJob, SaveAnswer>(entryUrl("save.worker", import.meta.url), threadCount(), setup);
  return {
    begin: (table) => {
      // A thread that cannot begin fails whatever it is given afterwards.
      crew.each({ kind: "begin", table: table.shared }).catch(() => undefined);
      return crewOf(crew);
    },
    [Symbol.asyncDispose]: crew.dismiss,
  };
};

const crewOf = (crew: Crew<SaveJob, SaveAnswer>): SaveCrew => {
  let finished = false;
  return {
    read: async (jobs) => {
      const answer = await crew.run({ kind: "read", jobs });
      return answer.kind === "read" ? answer.results : [];
    },
    finish: async () => {
      const answers = await crew.each({ kind: "finish" });
      finished = true;
      return answers.flatMap((answer) => (answer.kind === "written" ? [answer] : []));
    },
    discard: async () => {
      if (finished) return;
      crew.abandon();
      await crew.each({ kind: "discard" });
    },
  };
};

/** Writes into the writer of the save itself: one pack for data and manifest together. */
export const loneCrew = (table: ChunkTable, writer: PackWriter): SaveCrew => {
  const reach = new Reach();
  const store = { table, writer, cutter: makeCutter(), reach };
  let last: Promise<readonly ReadResult[]> = Promise.resolve([]);
  return {
    // One batch after the other: they share a window. One a turn, so that whoever shares this thread can breathe.
    read: (jobs) => {
      const done = last.then(async () => {
        await breathe();
        return await chunkFiles(store, jobs);
      });
      last = done.catch(() => []);
      return done;
    },
    finish: async () => {
      reach[Symbol.dispose]();
      return [];
    },
    discard: async () => {
      reach[Symbol.dispose]();
    },
  };
};
