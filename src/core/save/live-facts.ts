import type { Clock } from "../../ground/index.ts";
import { ChunkTable } from "../chunk/chunk-table.ts";
import { idOf } from "../chunk/chunk-id.ts";
import { makeCutter } from "../chunk/cutter.ts";
import type { Finding } from "../findings.ts";
import type { FileFacts } from "../compare/index.ts";
import { databaseHeaderBytes, mayBeDatabase, parseDatabaseHeader } from "../database/database-header.ts";
import type { Entry } from "../manifest/entry.ts";
import { packIds } from "../manifest/id-list.ts";
import { Meter } from "../progress.ts";
import type { SourcePlan } from "../source/plan.ts";
import { Reach } from "../source/reach.ts";
import { scan, unreadable } from "../source/scan.ts";
import { factsOf } from "../tree/file-facts.ts";
import { chunkFile, type Cutting } from "./chunk-file.ts";
import { entryFrom, sortOut, type Sorted } from "./classify.ts";
import { findDatabases, firstBytes } from "./find-databases.ts";

export type LiveFacts = {
  readonly files: readonly FileFacts[];
  /** What could not be read, and so is not among the files. */
  readonly findings: readonly Finding[];
};

/**
 * The state as it is now, as a comparison looks at it. What has not changed since the snapshot is taken from there; what
 * has is cut and hashed, and stored nowhere. Databases are read as they stand: this says that they differ, not what a
 * snapshot of them would hold.
 */
export const liveFacts = async (
  clock: Clock,
  plan: SourcePlan,
  base: AsyncIterable<readonly Entry[]>,
  scannedAtNs: bigint,
  signal: AbortSignal,
): Promise<LiveFacts> => {
  const { items, findings: unscanned } = await scan(
    plan,
    new Meter(clock, undefined, "scan", "files"),
    signal,
  );
  const findings = [...unscanned];
  const sorted = await sortOut(items, base, scannedAtNs);
  using reach = new Reach();
  const cutter = makeCutter();
  const facts: FileFacts[] = [];
  // What SQLite keeps beside a database is never in a snapshot.
  const beside = new Set(findDatabases(sorted).flatMap(({ others }) => others));
  for (const each of sorted) {
    signal.throwIfAborted();
    if (beside.has(each)) continue;
    const entry = await entryNow(each, (cutting) =>
      chunkFile(
        // Nothing is known and nothing is kept: every chunk is hashed, none is written.
        { table: ChunkTable.withRoomFor(each.item.stat.sizeBytes / 512), writer: nowhere, cutter, reach },
        { number: 0, absolute: each.item.absolute, cutting, startAt: 0, endAt: undefined },
      ),
    );
    if (typeof entry !== "string") facts.push(factsOf(entry));
    // Gone meanwhile is gone.
    else if (entry !== "ENOENT") findings.push(unreadable(each.item.path, "FILE_UNREADABLE", entry));
  }
  return { files: facts, findings };
};

const nowhere = { add: () => undefined };

/** The entry, or why there is none. */
const entryNow = async (
  { item, before, what }: Sorted,
  read: (cutting: Cutting) => ReturnType<typeof chunkFile>,
): Promise<Entry | string> => {
  if (what.kind === "carried") return before ?? "ENOENT";
  if (what.kind === "node") return entryFrom(item.path, item.stat, [], what.node);
  const cutting = cuttingOf(item);
  const result = await read(cutting);
  if (result.kind !== "read") return result.reason;
  return entryFrom(item.path, result.stat, [], {
    type: "file",
    sizeBytes: result.bytes,
    content: {
      layout: cutting.kind === "sparse" ? "sparse" : "chunks",
      database: cutting.kind === "pages",
      list: packIds(result.ids, idOf),
    },
  });
};

const cuttingOf = ({ stat, absolute }: Sorted["item"]): Cutting => {
  if (mayBeDatabase(stat.sizeBytes)) {
    const header = parseDatabaseHeader(firstBytes(absolute, databaseHeaderBytes) ?? Buffer.alloc(0));
    if (header !== undefined) return { kind: "pages", pageBytes: header.pageBytes };
  }
  return stat.allocatedBytes + 512 < stat.sizeBytes ? { kind: "sparse" } : { kind: "content" };
};
