import { setImmediate as breathe } from "node:timers/promises";
import type { Holder } from "../database/capture.ts";
import type { Finding } from "../findings.ts";
import type { BytePath } from "../manifest/byte-path.ts";
import type { ExtendedAttribute } from "../manifest/entry.ts";
import { Meter } from "../progress.ts";
import { readAttributes } from "../source/attributes.ts";
import type { FilesBelow } from "../source/files-below.ts";
import type { Order } from "../system/threads.ts";
import type { BesideBase } from "./beside-base.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { isUnchanged, type Sorted } from "./classify.ts";
import { isNoneOf } from "./find-databases.ts";
import type { Resolution } from "./read-database.ts";
import { readFiles } from "./read-files.ts";
import type { SaveCrew, Written } from "./save-crew.ts";
import { mustBeHeld, saveDatabases } from "./save-databases.ts";
import { withSecondNames } from "./second-names.ts";
import type { Attempt, SaveOptions, StateWords } from "./save-options.ts";

/** All there is to say of what has changed, and of the state as a whole. */
export type Gathered = {
  /** As they were put beside the base, but that other names bring what some did not. */
  readonly sorted: readonly Sorted[];
  readonly resolutions: ReadonlyMap<Sorted, Resolution>;
  readonly files: ReadonlyMap<Sorted, ReadResult>;
  readonly attributes: ReadonlyMap<BytePath, readonly ExtendedAttribute[]>;
  readonly words: StateWords;
  readonly findings: readonly Finding[];
  /** What the hands wrote comes to the disk beside what follows. */
  readonly written: Promise<readonly Written[]>;
};

export type ToGather = Pick<BesideBase, "sorted" | "databases" | "kept"> & {
  readonly toRead: readonly Sorted[];
  /** How many it has. */
  readonly bytes: number;
  readonly sinceNs: bigint;
  readonly filesBelow: FilesBelow;
  readonly holder: Holder | undefined;
};

/** Has the crew read the contents of what has changed, and finds out meanwhile what else a snapshot tells of it. */
export const gather = async (attempt: Attempt, crew: SaveCrew, what: ToGather): Promise<Gathered> => {
  const { signal, options } = attempt;
  /** On this thread, while others read. */
  const describing = (): Promise<StateWords> =>
    begun(breathe().then(() => describe(options, undefined, what.filesBelow)));
  let described = mustBeHeld(what.databases) ? undefined : describing();
  // First, because another process finds the moment at which to hold the databases.
  const reading = begun(
    readContents(attempt, crew, what, () => {
      // They are held, so that what is found in them is of this moment too.
      described ??= describing();
    }),
  );
  const attributesRead = begun(
    readAttributes(
      what.kept.flatMap((each) => (isUnchanged(each) ? [] : [each.item.absolute])),
      signal,
    ),
  );
  try {
    const contents = await reading;
    const written = begun(crew.finish());
    const words = await (described ?? describing());
    const { attributes, findings } = await attributesRead;
    return { ...contents, attributes, words, findings: [...contents.findings, ...findings], written };
  } catch (error) {
    // Nobody else waits for it now.
    await attributesRead.catch(() => undefined);
    throw error;
  }
};

/** What the caller knows of the state. */
export const describe = async (
  options: SaveOptions,
  before: StateWords | undefined,
  seen: FilesBelow,
): Promise<StateWords> => (await options.describe?.(before, seen)) ?? { vitals: {}, sessions: {} };

const readContents = async (
  { clock, options, signal }: Attempt,
  crew: SaveCrew,
  { sorted, databases, toRead, bytes, sinceNs, holder }: ToGather,
  onHeld: () => void,
): Promise<Pick<Gathered, "sorted" | "resolutions" | "files" | "findings">> => {
  const meter = new Meter(clock, options.onProgress, "read", "bytes", bytes);
  const read = async (jobs: readonly ReadJob[], order: Order): Promise<readonly ReadResult[]> => {
    signal.throwIfAborted();
    const results = await crew.read(jobs, order);
    signal.throwIfAborted();
    meter.advance(results.reduce((sum, result) => sum + (result.kind === "read" ? result.bytes : 0), 0));
    return results;
  };
  // They wait in line while the databases are being held, which then go first: nobody is held longer than must be.
  const reading = begun(readFiles(toRead.filter(isNoneOf(databases)), (jobs) => read(jobs, "in turn")));
  const captured = await saveDatabases(databases, {
    baseScannedAtNs: sinceNs,
    read: (jobs) => read(jobs, "next"),
    onHeld,
    holder,
    signal,
  });
  const { findings, resolutions } = captured;
  const names = await withSecondNames({ sorted, files: await reading, resolutions }, (jobs) =>
    read(jobs, "in turn"),
  );
  meter.end();
  return { ...names, findings: [...findings, ...names.findings] };
};

/** What is waited for later; until then its failure is nobody's surprise. */
const begun = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};
