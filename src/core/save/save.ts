import { PackWriter } from "../pack/pack-writer.ts";
import { isNoProgram } from "../source/attributes.ts";
import { filesBelowOf } from "../source/files-below.ts";
import type { SourcePlan } from "../source/plan.ts";
import { isAtRest } from "../source/scan-digest.ts";
import { Overtaken, readMarks, refuseWhenOvertaken, whatItBuildsOn } from "../upkeep/marks.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { baseFor, BaseLost, refuseWithoutBase } from "./base.ts";
import { besideBase, isAsBefore } from "./beside-base.ts";
import type { Sorted } from "./classify.ts";
import { commit } from "./commit.ts";
import { describe, gather } from "./gather.ts";
import { LazyIndex } from "./lazy-index.ts";
import { refuseOverlap } from "./refuse-overlap.ts";
import { hireHands } from "./save-crew.ts";
import type { Attempt, SaveContext, Saved, SaveOptions, StateWords } from "./save-options.ts";
import { walk, type Walked } from "./walk.ts";
import { writeManifest } from "./write-manifest.ts";

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
      return await saveOnce(attemptAt(context, plan, options), lost);
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

const attemptAt = (context: SaveContext, plan: SourcePlan, options: SaveOptions): Attempt => ({
  ...context,
  compression: options.compression ?? context.compression,
  plan,
  options,
  signal: options.signal ?? new AbortController().signal,
  startedAt: context.clock.now(),
  scannedAtNs: BigInt(Math.floor(Date.now())) * 1_000_000n,
});

const saveOnce = async (attempt: Attempt, lost: ReadonlySet<string>): Promise<Saved> => {
  const { store, master, signal } = attempt;
  const marksBefore = await readMarks(store, master);
  const base = await baseFor(attempt, lost);
  const writer = new PackWriter(attempt);
  // Begun while the walk goes on: by the time they are needed they stand ready.
  await using helpers = new AsyncDisposableStack();
  const walked = await walk(attempt, base?.scannedAtNs, writer, helpers);
  const { seen, items } = walked;
  if (base?.seen === seen.digest && walked.findings.length === 0 && isAtRest(items, base.scannedAtNs))
    return await repeat(attempt, base, walked, true);
  const index = new LazyIndex(store, master, attempt.indexBefore);
  const beside = await besideBase(base, index, walked);
  if (base !== undefined && isAsBefore(base, beside))
    return await repeat(attempt, base, walked, beside.holdsAll);

  const toRead = beside.kept.filter(({ what }) => what.kind === "to-read");
  const reading = { bytes: bytesOf(toRead), hasBase: base !== undefined };
  const writing = await index.forWriting(new Set(marksBefore.flatMap(({ packs }) => packs)));
  const hands = walked.hands ?? helpers.use(hireHands(attempt, reading, writer));
  const crew = hands.begin(writing.table, expectedChunks(toRead));
  try {
    const gathered = await gather(attempt, crew, {
      ...beside,
      toRead,
      bytes: reading.bytes,
      sinceNs: base?.scannedAtNs ?? 0n,
      filesBelow: filesBelowOf(attempt.plan, walked),
      holder: walked.holder,
    });
    const said = saidWith(base);
    const news =
      said.length === 0 ? gathered.findings : gathered.findings.filter((each) => !isNoProgram(each));
    const { findings, ...manifest } = writeManifest(writing.table, writer, seen, beside, {
      ...gathered,
      findings: [...walked.findings, ...news],
    });
    await writer.finish();
    const written = [...(await gathered.written), writer];
    await store.settle("packs");
    signal.throwIfAborted();
    const own = written.flatMap(({ published }) => published);
    await refuseWhenOvertaken(store, master, marksBefore, whatItBuildsOn(own, writing));
    await refuseWithoutBase(store, base);
    const record = await commit(
      attempt,
      { ...manifest, words: gathered.words, findings: [...said, ...findings] },
      {
        newBytes: written.reduce((sum, { newBytes }) => sum + newBytes, 0),
        storedBytes: written.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
      },
    );
    return { record, findings };
  } catch (error) {
    // In this order: what this thread still had in hand goes into the writer too.
    try {
      await crew.discard();
    } finally {
      await writer.discard();
    }
    throw error;
  }
};

/** Nothing has changed: what the base says holds now. `holdsAll`: a later walk that sees the same may believe in it. */
const repeat = async (
  attempt: Attempt,
  base: SnapshotRecord,
  walked: Walked,
  holdsAll: boolean,
): Promise<Saved> => {
  const { seen, findings } = walked;
  await refuseWithoutBase(attempt.store, base);
  const { tree, entries, seenSegments, summary } = base;
  const record = await commit(
    attempt,
    {
      tree,
      entries,
      seenSegments,
      files: summary.files,
      bytes: summary.bytes,
      words: await describe(attempt.options, wordsOf(base), filesBelowOf(attempt.plan, walked)),
      seen: holdsAll ? seen.digest : undefined,
      findings: [...saidWith(base), ...findings],
    },
    { newBytes: 0, storedBytes: 0 },
  );
  return { record, findings };
};

/** What holds on: it stands in each record, and who asks has heard it with an earlier one. */
const saidWith = (base: SnapshotRecord | undefined): SnapshotRecord["findings"] =>
  base?.findings.filter(isNoProgram) ?? [];

const wordsOf = ({ summary: { vitals, gatewayVersion }, sessions }: SnapshotRecord): StateWords => ({
  vitals,
  sessions,
  ...(gatewayVersion === null ? {} : { gatewayVersion }),
});

const bytesOf = (toRead: readonly Sorted[]): number =>
  toRead.reduce((sum, { item }) => sum + item.stat.sizeBytes, 0);

/** An upper bound: pages for what may be a database, the smallest chunks for the rest. */
const expectedChunks = (toRead: readonly Sorted[]): number =>
  toRead.reduce(
    (sum, { item }) =>
      sum + 2 + Math.ceil(item.stat.sizeBytes / (item.stat.sizeBytes % 512 === 0 ? 3_800 : 16_384)),
    4_096,
  );
