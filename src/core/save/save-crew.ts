import type { Compression } from "../pack/codec.ts";
import type { PackWriter } from "../pack/pack-writer.ts";
import { entryUrl, hire, type Crew, type Order } from "../system/threads.ts";
import type { KnownChunks, SharedKnown } from "../vault/known-chunks.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { saveHand } from "./save-hand.ts";
import type { SaveContext } from "./save-options.ts";

export type SaveSetup = {
  readonly directory: string;
  readonly master: Uint8Array;
  readonly compression: Compression;
};

export type SaveJob =
  /** Before any other. Absent for the hand that works on the table itself. */
  | { readonly kind: "begin"; readonly table?: SharedKnown }
  | { readonly kind: "read"; readonly jobs: readonly ReadJob[] }
  | { readonly kind: "finish" }
  | { readonly kind: "discard" };

export type SaveAnswer =
  | { readonly kind: "begun" }
  | { readonly kind: "read"; readonly results: readonly ReadResult[] }
  | ({ readonly kind: "written" } & Written);

export type Written = {
  readonly published: readonly string[];
  readonly newBytes: number;
  readonly storedBytes: number;
};

/** Who reads the files of a save. */
export type SaveCrew = {
  readonly read: (jobs: readonly ReadJob[], order: Order) => Promise<readonly ReadResult[]>;
  readonly finish: () => Promise<readonly Written[]>;
  readonly discard: () => Promise<void>;
};

/** Below this much to read, starting threads takes longer than they save. */
const worthThreadsBytes = 24 * 1024 * 1024;
/**
 * The same where this thread works too and there is a snapshot to build on: most of what was touched is then only hashed,
 * several times faster than it could be compressed.
 */
const worthThreadsBesideBaseBytes = 512 * 1024 * 1024;

/** Hands that come up while it is still being found out what there is to read. */
export type SaveHands = AsyncDisposable & {
  /** Sets them to work, now that it is known which chunks the vault has, and at most how many will come. */
  readonly begin: (table: KnownChunks, roomFor: number) => SaveCrew;
};

/** How many bytes are to be read, as far as that is known, and whether anything of them may be known. */
export type Reading = { readonly bytes: number; readonly hasBase: boolean };

export const isWorthThreads = ({ store, hands }: SaveContext, { bytes, hasBase }: Reading): boolean =>
  store.directory !== undefined &&
  bytes >= (hasBase && hands === "threads-and-this-one" ? worthThreadsBesideBaseBytes : worthThreadsBytes);

/** `own`: the writer of the save itself. Where this thread reads too, data and manifest come into one pack. */
export const hireHands = (context: SaveContext, reading: Reading, own: PackWriter): SaveHands => {
  const { store, master, compression, hands } = context;
  const hasThreads = isWorthThreads(context, reading);
  let known: KnownChunks | undefined;
  const crew = hire<SaveJob, SaveAnswer>({
    hands,
    isWorthThreads: hasThreads,
    entry: entryUrl("save.worker", import.meta.url),
    setup: { directory: store.directory ?? "", master, compression } satisfies SaveSetup,
    own: () => saveHand(own, "of-the-save", () => known),
  });
  return {
    begin: (table, roomFor) => {
      known = table;
      // A hand that cannot begin fails whatever it is given afterwards.
      crew
        .each({ kind: "begin", ...(hasThreads ? { table: table.shared(roomFor) } : {}) })
        .catch(() => undefined);
      return crewOf(crew);
    },
    [Symbol.asyncDispose]: crew.dismiss,
  };
};

const crewOf = (crew: Crew<SaveJob, SaveAnswer>): SaveCrew => {
  let finished = false;
  return {
    read: async (jobs, order) => {
      const answer = await crew.run({ kind: "read", jobs }, order);
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
