import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Clock,
  errnoOf,
  ExitCode,
  isProblem,
  keepMemorySteadyFor,
  Problem,
} from "../../ground/index.ts";
import { frameNumber } from "../chunk/chunk-place.ts";
import type { Finding } from "../findings.ts";
import { pathOfShown, pathText, type BytePath } from "../manifest/byte-path.ts";
import { contentSize, type Entry, type EntryType, type IdList, type Node } from "../manifest/entry.ts";
import { Meter, type OnProgress } from "../progress.ts";
import type { VaultStore } from "../store/blob-store.ts";
import type { SourceRoot } from "../source/plan.ts";
import { restoreMarker } from "../source/scan.ts";
import { realFiles } from "../system/files.ts";
import type { Hands } from "../system/threads.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { findEntry, segmentsOf, segmentsWithin } from "../tree/read-tree.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { batchLines, type Batch, type PlacedJob } from "./batches.ts";
import { Placer } from "./place.ts";
import { restoreCrew } from "./restore-crew.ts";
import type { WriteResult } from "./write-file.ts";

export type RestoreOptions = {
  /** Which entries; directories on the way to a chosen one come along. Everything when absent. */
  readonly select?: (path: string, type: EntryType) => boolean;
  /** Selected is nothing but what stands at or below one of these. */
  readonly within?: readonly string[];
  /** Told before anything is written, and may throw to leave it at that. */
  readonly onChosen?: (amount: ChosenAmount) => void;
  /** "each" syncs every file and directory, for a swap that must survive a loss of power. */
  readonly sync?: "none" | "each";
  /** Directories whose files may hold what is wanted under the same names: the vault is asked only for what they lack. */
  readonly present?: readonly SourceRoot[];
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
};

export type ChosenAmount = {
  /** Everything but directories. */
  readonly names: number;
  readonly files: number;
  readonly bytes: number;
};

export type Restored = {
  /** Under each of their names, as a snapshot counts them. */
  readonly files: number;
  readonly bytes: number;
  /** Found whole from an earlier attempt. */
  readonly alreadyRight: number;
  /** Of the bytes, found in files that were present. */
  readonly presentBytes: number;
  readonly findings: readonly Finding[];
};

export type RestoreContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly hands: Hands;
  readonly index: ChunkIndex;
  readonly reader: ChunkReader;
};

/**
 * Writes a snapshot into a directory of its own. Every file is read back after it was written. Interrupted, it can be
 * run again: what is right stays, the rest is written anew. Modes, owners and times of directories come last, when
 * nothing changes inside them any more.
 */
export const restoreTo = async (
  context: RestoreContext,
  record: SnapshotRecord,
  target: string,
  options: RestoreOptions = {},
): Promise<Restored> => {
  const signal = options.signal ?? new AbortController().signal;
  // A choice keeps no object for each of the names that it goes through.
  if (options.select === undefined) keepMemorySteadyFor(record.entries);
  const chosen = await choose(context.reader, record, options);
  options.onChosen?.(amountOf(chosen));
  const resume = prepareTarget(target, record.summary.id);
  const place = new Placer(target);
  try {
    place.directories(chosen);
    const written = await writeFiles(context, chosen, place, { ...options, resume, signal });
    const secondNames = place.links(chosen, written.missing);
    await place.finish(chosen, options.sync === "each", signal);
    const findings = [...written.findings, ...place.findings];
    // With damage left, the marker stays: a later attempt, from a mended vault, may complete it.
    if (findings.every(({ code }) => code !== "NOT_RESTORED")) rmSync(join(target, restoreMarker));
    const { files, bytes, alreadyRight, presentBytes } = written;
    return { files: files + secondNames, bytes, alreadyRight, presentBytes, findings };
  } catch (error) {
    if (isOutOfRoom(error)) throw targetFull(target, error.message, error);
    throw error;
  } finally {
    place[Symbol.dispose]();
  }
};

const amountOf = (chosen: readonly Entry[]): ChosenAmount => {
  const types = chosen.map(({ node }) => node.type);
  return {
    names: types.filter((type) => type !== "directory").length,
    files: types.filter((type) => type === "file" || type === "hardlink").length,
    bytes: chosen.reduce((sum, entry) => sum + contentSize(entry), 0),
  };
};

/** True when an earlier attempt at the same snapshot is to be completed. */
const prepareTarget = (target: string, id: string): boolean => {
  const marker = join(target, restoreMarker);
  try {
    realFiles.makeDirectory(target);
    const names = readdirSync(target);
    if (names.length > 0) {
      if (existsSync(marker) && readFileSync(marker, "utf8").trim() === id) return true;
      throw new Problem("TARGET_NOT_EMPTY", `The directory ${target} is not empty.`, {
        hint: "Name a new directory. (One with an interrupted restore of the same snapshot can be completed.)",
        exit: ExitCode.refused,
      });
    }
    try {
      writeFileSync(marker, `${id}\n`, { mode: 0o600 });
    } catch (error) {
      // Half of it would keep the next attempt out.
      rmSync(marker, { force: true });
      throw error;
    }
    return false;
  } catch (error) {
    if (isProblem(error)) throw error;
    if (isOutOfRoom(error)) throw targetFull(target, error.message, error);
    throw new Problem(
      "TARGET_NOT_WRITABLE",
      `${target} cannot be written (${errnoOf(error) ?? String(error)}).`,
      {
        hint: "Name a directory that you may write to.",
        exit: ExitCode.refused,
        cause: error,
      },
    );
  }
};

type Chosen = readonly Entry[];

/** Of a choice only what was chosen is held, however many names the snapshot has. */
const choose = async (
  reader: ChunkReader,
  { tree }: SnapshotRecord,
  { select, within }: RestoreOptions,
): Promise<Chosen> => {
  if (select === undefined) {
    const all: Entry[] = [];
    for await (const segment of segmentsOf(reader, tree)) all.push(...segment);
    return all;
  }
  const chosen = new Map<BytePath, Entry>();
  const isWanted = (path: BytePath, type: EntryType): boolean =>
    type === "directory" || select(pathText(path), type);
  const lists = within?.map((path) => segmentsWithin(reader, tree, pathOfShown(path), isWanted));
  for (const list of lists ?? [segmentsOf(reader, tree, isWanted)]) {
    /** The directories down to where the walk is. */
    const ways: Entry[] = [];
    for await (const segment of list) {
      for (const entry of segment) {
        while (ways.length > 0 && !entry.path.startsWith(`${ways.at(-1)?.path ?? ""}/`)) ways.pop();
        ways.push(entry);
        if (entry.node.type !== "directory" || select(pathText(entry.path), "directory"))
          for (const way of ways) chosen.set(way.path, way);
        if (entry.node.type !== "directory") ways.pop();
      }
    }
  }
  return await withContent(reader, tree, [...chosen.values()]);
};

/** A hard link whose first name was not chosen brings the content itself; further names are links to it. */
const withContent = async (reader: ChunkReader, tree: IdList, chosen: Chosen): Promise<Chosen> => {
  const here = new Set(chosen.map(({ path }) => path));
  const madeFile = new Map<BytePath, BytePath>();
  const made: Entry[] = [];
  for (const entry of chosen) {
    const { node } = entry;
    if (node.type !== "hardlink" || here.has(node.target)) {
      made.push(entry);
      continue;
    }
    const first = madeFile.get(node.target);
    const source = first === undefined ? await findEntry(reader, tree, node.target) : undefined;
    if (first !== undefined) made.push({ ...entry, node: { ...node, target: first } });
    else if (source?.node.type === "file") {
      madeFile.set(node.target, entry.path);
      made.push({ ...entry, node: source.node });
    } else made.push(entry);
  }
  return made;
};

type Written = {
  readonly files: number;
  readonly bytes: number;
  readonly alreadyRight: number;
  readonly presentBytes: number;
  readonly findings: readonly Finding[];
  /** Files that are not there. */
  readonly missing: ReadonlySet<BytePath>;
};

const writeFiles = async (
  context: RestoreContext,
  chosen: Chosen,
  place: Placer,
  options: RestoreOptions & { readonly resume: boolean; readonly signal: AbortSignal },
): Promise<Written> => {
  const files = chosen.filter(isFile);
  const total = files.reduce((sum, { node }) => sum + node.sizeBytes, 0);
  const meter = new Meter(context.clock, options.onProgress, "restore", "bytes", total);
  const places = { target: place.target, present: options.present ?? [] };
  await using crew = restoreCrew(context, places, total);
  const jobOf = (entry: FileEntry, number: number): PlacedJob => ({
    order: orderOf(context, entry),
    job: {
      number,
      path: entry.path,
      mode: entry.mode,
      owner: place.ownerOf(entry),
      mtimeNs: entry.mtimeNs,
      sizeBytes: entry.node.sizeBytes,
      content: entry.node.content,
      resume: options.resume,
      sync: options.sync === "each",
    },
  });
  const findings: Finding[] = [];
  const missing = new Set<BytePath>();
  let bytes = total;
  let alreadyRight = 0;
  let presentBytes = 0;
  const settle = (result: WriteResult) => {
    const entry = files[result.number];
    if (entry === undefined) return;
    const path = pathText(entry.path);
    if (result.kind === "failed") {
      missing.add(entry.path);
      bytes -= entry.node.sizeBytes;
      if (result.fatal) throw targetFull(place.target, result.reason);
      findings.push({
        code: "NOT_RESTORED",
        path,
        message: `${path} could not be restored: ${result.reason}.`,
        hint: "Run `clawback snapshots verify` on this snapshot; an older one may hold the same file whole.",
      });
      return;
    }
    meter.advance(entry.node.sizeBytes);
    if (result.kind === "already-right") alreadyRight += 1;
    presentBytes += result.presentBytes;
    if (!result.ownerKept) place.ownerLost(entry);
  };
  const { signal } = options;
  signal.throwIfAborted();
  // A long file is in hand for minutes: whoever calls off does not wait for its end.
  const calledOff = Promise.withResolvers<never>();
  calledOff.promise.catch(() => undefined);
  const callOff = (): void => {
    calledOff.reject(signal.reason);
  };
  signal.addEventListener("abort", callOff, { once: true });
  try {
    const write = async (line: readonly Batch[]): Promise<void> => {
      for (const [at, batch] of line.entries()) {
        // What goes on with a line that was begun comes before what begins another: it has the longest way to go.
        const written = crew.write(batch, at === 0 ? "in turn" : "next");
        for (const result of await Promise.race([written, calledOff.promise])) settle(result);
      }
    };
    await Promise.all(batchLines(files.map(jobOf)).map(write));
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", callOff);
  }
  meter.end();
  return { files: files.length - missing.size, bytes, alreadyRight, presentBytes, findings, missing };
};

type FileEntry = Entry & { readonly node: Extract<Node, { readonly type: "file" }> };

const isFile = (entry: Entry): entry is FileEntry => entry.node.type === "file";

const orderOf = ({ index }: RestoreContext, { node }: FileEntry): number => {
  const { ids } = node.content.list;
  const first = ids.length === 0 ? undefined : index.table.find(ids, 0);
  return first === undefined ? 0 : frameNumber(first);
};

/** For a name as well as for content: directories and links take room too. */
const isOutOfRoom = (error: unknown): error is Error =>
  error instanceof Error && !isProblem(error) && ["ENOSPC", "EDQUOT", "EROFS"].includes(errnoOf(error) ?? "");

const targetFull = (target: string, reason: string, cause?: unknown): Problem =>
  new Problem("TARGET_FULL", `The restore into ${target} cannot go on: ${reason}.`, {
    hint: "Free space and run the same command again: what is right stays.",
    exit: ExitCode.notFine,
    cause,
  });
