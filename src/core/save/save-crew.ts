import type { ChunkTable, SharedTable } from "../chunk/chunk-table.ts";
import type { Compression } from "../pack/codec.ts";
import type { PackWriter } from "../pack/pack-writer.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { entryUrl, hire, type Crew } from "../system/threads.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { saveHand } from "./save-hand.ts";
import type { SaveContext } from "./save-options.ts";

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
  | ({ readonly kind: "written" } & Written);

export type Written = {
  readonly packs: readonly string[];
  readonly newBytes: number;
  readonly storedBytes: number;
};

/** Who reads the files of a save. */
export type SaveCrew = {
  readonly read: (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>;
  readonly finish: () => Promise<readonly Written[]>;
  readonly discard: () => Promise<void>;
};

/** Below this much to read, starting threads takes longer than they save. */
const worthThreadsBytes = 24 * 1024 * 1024;

/** Hands that come up while it is still being found out what there is to read. */
export type SaveHands = AsyncDisposable & {
  /** Sets them to work, now that it is known which chunks the vault has. */
  readonly begin: (table: ChunkTable) => SaveCrew;
};

export const isWorthThreads = (store: VaultStore, bytes: number): boolean =>
  store.directory !== undefined && bytes >= worthThreadsBytes;

/** `own`: the writer of the save itself. Where this thread reads too, data and manifest come into one pack. */
export const hireHands = (
  { store, master, hands }: SaveContext,
  compression: Compression,
  bytes: number,
  own: PackWriter,
): SaveHands => {
  const crew = hire<SaveJob, SaveAnswer>({
    hands,
    isWorthThreads: isWorthThreads(store, bytes),
    entry: entryUrl("save.worker", import.meta.url),
    setup: { directory: store.directory ?? "", master, compression } satisfies SaveSetup,
    own: () => saveHand(own, "of-the-save"),
  });
  return {
    begin: (table) => {
      // A hand that cannot begin fails whatever it is given afterwards.
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
