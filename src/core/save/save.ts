import { setImmediate as breathe } from "node:timers/promises";
import type { Finding } from "../findings.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import { startHolder, type Holder } from "../database/capture.ts";
import { Meter } from "../progress.ts";
import { isNoProgram, isWorthReadingAgain, readAttributes } from "../source/attributes.ts";
import type { SourcePlan } from "../source/plan.ts";
import { isAtRest, isBesideAnother, scanDigest, type WalkPart } from "../source/scan-digest.ts";
import { scan, type Scanned } from "../source/scan.ts";
import { isLoss } from "../tree/loss.ts";
import type { Order } from "../system/threads.ts";
import { segmentsAt } from "../tree/read-tree.ts";
import { Overtaken, readMarks, refuseWhenOvertaken, whatItBuildsOn } from "../upkeep/marks.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { baseFor, BaseLost, refuseWithoutBase } from "./base.ts";
import { makeEntry, ManifestBuilder } from "./build-manifest.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import { isUnchanged, sortOut, type Sorted } from "./classify.ts";
import { commit } from "./commit.ts";
import { findDatabases, isNoneOf } from "./find-databases.ts";
import { foresee } from "./foresight.ts";
import { LazyIndex } from "./lazy-index.ts";
import { readFiles } from "./read-files.ts";
import { refuseOverlap } from "./refuse-overlap.ts";
import { hireHands, isWorthThreads, type SaveHands } from "./save-crew.ts";
import { mustBeHeld, saveDatabases } from "./save-databases.ts";
import { isPlainEntry, nothingTaken, takeOver, type TakenOver } from "./take-over.ts";
import type { SaveContext, Saved, SaveOptions, StateWords } from "./save-options.ts";

const maxAttempts = 4;

/**
 * Takes a snapshot. In order: find the last snapshot of the same place; walk the tree; settle what did not change; hold
 * all databases at one moment and read what changed of them; read the other changed files; write the manifest; make
 * the packs durable; then, as the last and only visible step, put the snapshot itself.
 */
export const save = async (context: SaveContext, plan: SourcePlan, options: SaveOptions): Promise<Saved> => {
  refuseOverlap(context.store, plan);
  const lost = new Set<string>();
  for (let attempt = 1; ;) {
    try {
      return await saveOnce(context, plan, options, lost);
    } catch (error) {
      if (error instanceof BaseLost) {
        lost.add(error.id);
        continue;
      }
      if (!(error instanceof Overtaken) || attempt === maxAttempts) throw error;
      attempt += 1;
    }
  }
};

const saveOnce = async (
  context: SaveContext,
  plan: SourcePlan,
  options: SaveOptions,
  lost: ReadonlySet<string>,
): Promise<Saved> => {
  const { store, master, clock } = context;
  const signal = options.signal ?? new AbortController().signal;
  const startedAt = clock.now();
  const scannedAtNs = BigInt(Math.floor(Date.now())) * 1_000_000n;
  const marksBefore = await readMarks(store, master);
  const found = await baseFor(context, plan, lost);
  const base = found === undefined || (await isWorthReadingAgain(found, signal)) ? undefined : found;
  const hasBase = base !== undefined;
  const sinceNs = base?.scannedAtNs ?? 0n;
  const compression = options.compression ?? context.compression;
  const writer = new PackWriter({ store, master, compression });
  // Begun while the walk goes on: by the time they are needed they stand ready.
  await using helpers = new AsyncDisposableStack();
  let holder: Holder | undefined;
  let early: SaveHands | undefined;
  const scanned = await scan(
    plan,
    new Meter(clock, options.onProgress, "scan", "files"),
    signal,
    foresee(sinceNs, {
      onDatabase: () => {
        holder = helpers.use(startHolder());
      },
      onBytes: (bytes) => {
        if (early !== undefined) return;
        const reading = { bytes, hasBase };
        if (isWorthThreads(context, reading))
          early = helpers.use(hireHands(context, compression, reading, writer));
      },
    }),
  );
  /** Holds on in the record; who asked has heard it with an earlier snapshot. */
  const said = base?.findings.filter(isNoProgram) ?? [];
  const findings: Finding[] = [...scanned.findings];
  const seen = scanDigest(scanned.items);
  const describe = async (before: StateWords | undefined): Promise<StateWords> =>
    (await options.describe?.(before)) ?? { vitals: {}, sessions: {} };
  /** Nothing has changed: what the base says holds now. */
  const repeat = async (of: SnapshotRecord, isComplete: boolean): Promise<Saved> => {
    await refuseWithoutBase(store, of);
    const words = await describe(wordsOf(of));
    const content = {
      ...of,
      words,
      scannedAtNs,
      seen: isComplete ? seen.digest : undefined,
      findings: [...said, ...findings],
    };
    return { record: await commit(context, options, plan, startedAt, content, 0, 0), findings };
  };
  if (base?.seen === seen.digest && findings.length === 0 && isAtRest(scanned.items, base.scannedAtNs)) {
    return await repeat(base, true);
  }
  const index = new LazyIndex(store, master);
  const { taken, at, sorted } = await sortOutBeside(base, index, scanned.items, seen.parts).catch(
    (error: unknown) => {
      throw base !== undefined && isLoss(error) ? new BaseLost(base.summary.id, error) : error;
    },
  );

  const databases = findDatabases(sorted);
  const droppable = new Set(databases.flatMap(({ others }) => others));
  const kept = sorted.filter((each) => !droppable.has(each));
  const isAllKept =
    findings.length === 0 &&
    sorted.every((each, number) => droppable.has(each) || !isBesideAnother(scanned.items, at[number] ?? 0));
  if (base !== undefined && kept.length + taken.entries === base.entries && kept.every(isUnchanged))
    return await repeat(base, isAllKept);
  const toRead = kept.filter(({ what }) => what.kind === "to-read");
  const bytesToRead = toRead.reduce((sum, { item }) => sum + item.stat.sizeBytes, 0);
  const except = new Set(marksBefore.flatMap(({ packs }) => packs));
  const writing = await index.forWriting(except);
  const { table } = writing;
  const hands =
    early ?? helpers.use(hireHands(context, compression, { bytes: bytesToRead, hasBase }, writer));
  const crew = hands.begin(table, expectedChunks(toRead));
  const meter = new Meter(clock, options.onProgress, "read", "bytes", bytesToRead);
  const attributesRead = begun(
    readAttributes(
      kept.flatMap((each) => (isUnchanged(each) ? [] : [each.item.absolute])),
      signal,
    ),
  );
  try {
    const read = async (jobs: readonly ReadJob[], order: Order): Promise<readonly ReadResult[]> => {
      signal.throwIfAborted();
      const results = await crew.read(jobs, order);
      signal.throwIfAborted();
      meter.advance(results.reduce((sum, result) => sum + (result.kind === "read" ? result.bytes : 0), 0));
      return results;
    };
    /** On this thread, while others read. */
    const describing = (): Promise<StateWords> => begun(breathe().then(() => describe(undefined)));
    let described = mustBeHeld(databases) ? undefined : describing();
    // They wait in line while the databases are being held, which then go first: nobody is held longer than must be.
    const reading = begun(readFiles(toRead.filter(isNoneOf(databases)), (jobs) => read(jobs, "in turn")));
    const captured = await saveDatabases(databases, {
      baseScannedAtNs: sinceNs,
      read: (jobs) => {
        // They are held, so that what is found in them is of this moment too.
        described ??= describing();
        return read(jobs, "next");
      },
      holder,
      signal,
    });
    findings.push(...captured.findings);
    const files = await reading;
    // What the other hands made comes to the disk beside what follows.
    const finishing = begun(crew.finish());
    meter.end();

    const words = await (described ?? describing());
    const { attributes, findings: unread } = await attributesRead;
    findings.push(...(said.length === 0 ? unread : unread.filter((each) => !isNoProgram(each))));
    writer.beginManifest();
    const manifest = new ManifestBuilder(table, writer);
    let isComplete = isAllKept;
    let next = 0;
    for (const [number, { to, digest }] of seen.parts.entries()) {
      const segment = taken.segments.get(number);
      if (segment !== undefined) {
        manifest.takeOver(segment);
        continue;
      }
      let isPlain = true;
      for (; next < sorted.length && (at[next] ?? 0) < to; next += 1) {
        const each = sorted[next];
        if (each === undefined) continue;
        const resolution = captured.resolutions.get(each);
        const made = makeEntry(each, resolution, files.get(each), attributes, manifest, findings);
        if (made !== undefined) manifest.add(made);
        else if (resolution?.kind !== "dropped") isComplete = false;
        isPlain &&= isPlainEntry(each.item, made);
      }
      manifest.endPart(isPlain ? digest : undefined);
    }
    const tree = manifest.finish();
    const isSeen = isComplete && findings.length === 0;
    const seenSegments = isSeen ? manifest.storeSeen() : undefined;

    await writer.finish();
    const written = await finishing;
    const newBytes = written.reduce((sum, each) => sum + each.newBytes, writer.newBytes);
    const storedBytes = written.reduce((sum, each) => sum + each.storedBytes, writer.storedBytes);
    await store.settle("packs");
    signal.throwIfAborted();
    const own = [...written.flatMap(({ packs }) => packs), ...writer.published];
    await refuseWhenOvertaken(store, master, marksBefore, whatItBuildsOn(own, writing));
    await refuseWithoutBase(store, base);
    const content = {
      scannedAtNs,
      seen: isSeen ? seen.digest : undefined,
      seenSegments,
      tree,
      entries: manifest.entries,
      findings: [...said, ...findings],
      files: manifest.files,
      bytes: manifest.bytes,
      words,
    };
    const record = await commit(context, options, plan, startedAt, content, newBytes, storedBytes);
    return { record, findings };
  } catch (error) {
    // In this order: what this thread still had in hand goes into the writer too.
    try {
      await crew.discard();
    } finally {
      await writer.discard();
    }
    throw error;
  } finally {
    // On a failure nobody else waits for it.
    await attributesRead.catch(() => undefined);
  }
};

type SortedOut = {
  readonly taken: TakenOver;
  readonly sorted: readonly Sorted[];
  /** Which of the items each of them is. */
  readonly at: readonly number[];
};

/** Takes over what can be as it is, and puts the rest beside what the last snapshot has of it. */
const sortOutBeside = async (
  base: SnapshotRecord | undefined,
  index: LazyIndex,
  items: readonly Scanned[],
  parts: readonly WalkPart[],
): Promise<SortedOut> => {
  const reader = base === undefined ? undefined : await index.reader();
  const taken =
    base === undefined || reader === undefined ? nothingTaken : await takeOver(reader, base, items, parts);
  const at: number[] = [];
  for (const [number, { from, to }] of parts.entries())
    if (!taken.segments.has(number)) for (let each = from; each < to; each += 1) at.push(each);
  const sorted = await sortOut(
    at.length === items.length ? items : at.flatMap((each) => items[each] ?? []),
    reader === undefined ? undefined : segmentsAt(reader, taken.others),
    base?.scannedAtNs ?? 0n,
  );
  return { taken, sorted, at };
};

/** What is waited for later; until then its failure is nobody's surprise. */
const begun = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

const wordsOf = ({ summary: { vitals, gatewayVersion }, sessions }: SnapshotRecord): StateWords => ({
  vitals,
  sessions,
  ...(gatewayVersion === null ? {} : { gatewayVersion }),
});

/** An upper bound: pages for what may be a database, the smallest chunks for the rest. */
const expectedChunks = (toRead: readonly Sorted[]): number =>
  toRead.reduce(
    (sum, { item }) =>
      sum + 2 + Math.ceil(item.stat.sizeBytes / (item.stat.sizeBytes % 512 === 0 ? 3_800 : 16_384)),
    4_096,
  );
