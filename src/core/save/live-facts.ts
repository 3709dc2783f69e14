import type { Clock } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import type { FileFacts } from "../compare/index.ts";
import type { Content, Entry } from "../manifest/entry.ts";
import { Meter } from "../progress.ts";
import { filesBelowOf, type FilesBelow } from "../source/files-below.ts";
import type { SourcePlan } from "../source/plan.ts";
import { Reach } from "../source/reach.ts";
import { scan, unreadable } from "../source/scan.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { factsOf } from "../tree/file-facts.ts";
import { isLoss } from "../tree/loss.ts";
import { PresentFiles, type PresentFile } from "../tree/present-file.ts";
import { isHeldBy, segmentsOf } from "../tree/read-tree.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { entryFrom, sortOut, type Sorted } from "./classify.ts";
import { findDatabases } from "./find-databases.ts";

export type FactsBesideLive = {
  readonly snapshot: FileFacts[];
  /** A file that nobody has touched since is the same object on both sides: of 20,000 names the most are. */
  readonly live: FileFacts[];
  readonly filesBelow: FilesBelow;
  /** What could not be read, and so is not among the live files. */
  readonly findings: readonly Finding[];
};

/**
 * A snapshot and the state as it is now, as a comparison looks at them. What has not changed since is taken from there;
 * what has is read only as far as it takes to tell whether its bytes are the same. Databases are read as they stand: this
 * says that they differ, not what a snapshot of them would hold.
 */
export const factsBesideLive = async (
  clock: Clock,
  plan: SourcePlan,
  reader: ChunkReader,
  base: SnapshotRecord,
  signal: AbortSignal,
): Promise<FactsBesideLive> => {
  const scanned = await scan(plan, new Meter(clock, undefined, "scan", "files"), signal);
  const findings = [...scanned.findings];
  const then = new Map<Entry, FileFacts>();
  const noted = async function* (): AsyncGenerator<readonly Entry[]> {
    for await (const segment of segmentsOf(reader, base.tree)) {
      for (const entry of segment) then.set(entry, factsOf(entry));
      yield segment;
    }
  };
  const sorted = await sortOut(scanned.items, noted(), base.scannedAtNs);
  using reach = new Reach();
  const present = new PresentFiles(reach);
  const live: FileFacts[] = [];
  // What SQLite keeps beside a database is never in a snapshot.
  const beside = new Set(findDatabases(sorted).flatMap(({ others }) => others));
  for (const each of sorted) {
    signal.throwIfAborted();
    if (beside.has(each)) continue;
    const untouched = each.what.kind === "carried" && each.before ? then.get(each.before) : undefined;
    const now = untouched ?? (await factsNow(each, reader, present));
    if (typeof now !== "string") live.push(now);
    // Gone meanwhile is gone.
    else if (now !== "ENOENT") findings.push(unreadable(each.item.path, "FILE_UNREADABLE", now));
  }
  return { snapshot: [...then.values()], live, filesBelow: filesBelowOf(plan, scanned), findings };
};

/** Of bytes that the snapshot does not have under this path; the content of no file of a snapshot is called so. */
const otherContent = "other";
const nothing: Content = {
  layout: "chunks",
  database: false,
  list: { kind: "inline", ids: new Uint8Array() },
};

/** The facts, or why there are none. */
const factsNow = async (
  { item, before, what }: Sorted,
  reader: ChunkReader,
  present: PresentFiles,
): Promise<FileFacts | string> => {
  if (what.kind === "node") return factsOf(entryFrom(item.path, item.stat, [], what.node));
  const opened = present.open(item.absolute);
  if ("reason" in opened) return opened.reason;
  using file = opened;
  const was = before?.node.type === "file" ? before.node : undefined;
  const isSame = was !== undefined && (await holdsSame(reader, was, file));
  const node = { type: "file", sizeBytes: file.sizeBytes, content: isSame ? was.content : nothing } as const;
  const facts = factsOf(entryFrom(item.path, item.stat, [], node));
  return isSame ? facts : { ...facts, content: otherContent };
};

const holdsSame = async (
  reader: ChunkReader,
  { content, sizeBytes }: { readonly content: Content; readonly sizeBytes: number },
  file: PresentFile,
): Promise<boolean> => {
  try {
    return await isHeldBy(reader, content, sizeBytes, file);
  } catch (error) {
    // What the list of its chunks says is lost with a damaged vault, and nothing is the same as what is not known.
    if (!isLoss(error)) throw error;
    return false;
  }
};
