import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf, ExitCode, Problem } from "../../ground/index.ts";
import { realFiles } from "../system/files.ts";
import type { Exchange } from "./exchange.ts";
import { parseRecord, workOf, type Begun, type TakebackRecord } from "./records.ts";
import { touchEveryMs } from "./run-by.ts";

const suffix = ".clawback-restore.jsonl";

/** The file beside the state directory that says what is being done to it. */
export const journalPath = (stateDir: string): string => `${stateDir}${suffix}`;
/** The journal of the last transaction that ended: it answers for what is no longer possible. */
export const lastJournalPath = (stateDir: string): string => `${stateDir}.clawback-restore.last.jsonl`;

/**
 * The same for as long as nothing is written into the journal under way or into the last one that ended, for those who
 * look time and again: two `stat`, where opening what is mostly not there is two exceptions. A journal is only ever
 * added to; that it was touched by who holds it is no news.
 */
export const journalMark = (stateDir: string): string =>
  [journalPath(stateDir), lastJournalPath(stateDir)]
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? "-" : `${stat.ino}:${stat.size}`;
    })
    .join();

/**
 * The journal of one transaction. Being there it is the lock, too: a second transaction on the same state cannot begin.
 * Appends are synced before they return.
 */
export class Journal {
  readonly path: string;
  readonly begun: Begun;
  readonly records: TakebackRecord[];
  readonly #onStep: (point: string) => void;
  /** Tells this file from that of a later transaction under the same name. */
  readonly #inode: bigint;
  #touching: NodeJS.Timeout | undefined;

  constructor(path: string, begun: Begun, { inode, records }: ReadJournal, onStep: (point: string) => void) {
    this.path = path;
    this.begun = begun;
    this.records = [...records];
    this.#inode = inode;
    this.#onStep = onStep;
  }

  append(record: TakebackRecord): void {
    this.reached(`before ${record.step}`);
    const file = openOr(this.path, constants.O_WRONLY | constants.O_APPEND);
    if (file === undefined) throw ended(this.begun);
    try {
      if (fstatSync(file, { bigint: true }).ino !== this.#inode) throw ended(this.begun);
      // All of it, or it was not announced. Behind a line that was cut short it would be lost with that one.
      realFiles.write(file, [Buffer.from(`\n${JSON.stringify(record)}\n`)]);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.records.push(record);
    this.reached(`after ${record.step}`);
  }

  /** Tells a test how far it has come. */
  reached(point: string): void {
    this.#onStep(point);
  }

  get exchanges(): readonly Exchange[] {
    return this.records.find((record) => record.step === "swapping")?.exchanges ?? [];
  }

  /** It has not been put away, by us or by anybody else. */
  get isOpen(): boolean {
    return lstatSync(this.path, { bigint: true, throwIfNoEntry: false })?.ino === this.#inode;
  }

  /** Reads what others have appended since. */
  reload(): void {
    const read = readJournal(this.path);
    if (read?.inode !== this.#inode) throw ended(this.begun);
    this.records.splice(0, this.records.length, ...read.records);
  }

  /** From here on this process is at it: who cannot look that up sees when the file was touched. */
  hold(): void {
    this.#touching ??= setInterval(() => {
      this.#touch();
    }, touchEveryMs).unref();
  }

  #touch(): void {
    try {
      const now = Date.now() / 1_000;
      if (this.isOpen) utimesSync(this.path, now, now);
    } catch (error) {
      // A disk that does not take this will not take what matters either, and that is where it is told.
      if (errnoOf(error) === undefined) throw error;
    }
  }

  rest(): void {
    clearInterval(this.#touching);
    this.#touching = undefined;
  }

  /** When it was last written or touched. */
  get touchedAt(): number {
    return lstatSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  /** Puts it away; what a restore says stays readable until the next one ends. */
  close(): void {
    this.rest();
    if (this.begun.session === undefined) renameSync(this.path, lastJournalPath(this.begun.stateDir));
    else rmSync(this.path, { force: true });
    realFiles.syncDirectory(dirname(this.path));
  }
}

export const createJournal = (begun: Begun, onStep: (point: string) => void = () => undefined): Journal => {
  const path = journalPath(begun.stateDir);
  // Whole or not there: a journal without its first line would say that something began and not what.
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  const file = openSync(draft, "wx", 0o600);
  let inode: bigint;
  try {
    realFiles.write(file, [Buffer.from(`${JSON.stringify(begun)}\n`)]);
    fsyncSync(file);
    inode = fstatSync(file, { bigint: true }).ino;
  } catch (error) {
    unlinkSync(draft);
    throw error;
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    throw new Problem("RESTORE_PENDING", `Another restore of ${begun.stateDir} has not ended.`, {
      hint: "`clawback restore status` says how far it is; accept it or roll it back first.",
      exit: ExitCode.refused,
      cause: error,
    });
  } finally {
    unlinkSync(draft);
  }
  realFiles.syncDirectory(dirname(path));
  return new Journal(path, begun, { inode, records: [begun] }, onStep);
};

/** The journal of a transaction that has not ended; undefined when there is none. */
export const openJournal = (
  stateDir: string,
  onStep: (point: string) => void = () => undefined,
): Journal | undefined => {
  const path = journalPath(stateDir);
  const read = readJournal(path);
  if (read === undefined) return undefined;
  const begun = read.records[0];
  if (begun?.step !== "begun") {
    throw new Problem("RESTORE_JOURNAL_UNREADABLE", `The journal ${path} cannot be understood.`, {
      hint: "It was changed by hand or by a newer clawback. Do not delete it: the directories beside the state directory belong to it.",
      exit: ExitCode.needsPerson,
    });
  }
  return new Journal(path, begun, read, onStep);
};

/** The records of the last transaction that ended here. */
export const lastRecords = (stateDir: string): readonly TakebackRecord[] =>
  readJournal(lastJournalPath(stateDir))?.records ?? [];

type ReadJournal = { readonly inode: bigint; readonly records: readonly TakebackRecord[] };

const readJournal = (path: string): ReadJournal | undefined => {
  const file = openOr(path, constants.O_RDONLY);
  if (file === undefined) return undefined;
  try {
    const records: TakebackRecord[] = [];
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const record = line === "" ? undefined : parseRecord(line);
      // A line that power cut short announced something that had not begun.
      if (record !== undefined) records.push(record);
    }
    return { inode: fstatSync(file, { bigint: true }).ino, records };
  } finally {
    closeSync(file);
  }
};

/** Undefined when it is not there, or not any more. */
const openOr = (path: string, flags: number): number | undefined => {
  try {
    return openSync(path, flags | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    if (errnoOf(error) === "EACCES") throw forbidden(path, error);
    throw error;
  }
};

const forbidden = (path: string, cause: unknown): Problem =>
  new Problem(
    "STATE_DIR_UNREADABLE",
    `Whether a restore is under way cannot be told: ${path} may not be read.`,
    {
      hint: "Run as the user who owns the state directory, or as root.",
      exit: ExitCode.refused,
      cause,
    },
  );

/** Somebody else has put the journal away meanwhile: what this process wanted of it is no longer there to be done. */
export const restoreEnded = "RESTORE_ENDED";

const ended = (begun: Begun): Problem =>
  new Problem(restoreEnded, `Another process has just brought ${workOf(begun)} to an end.`, {
    hint: "`clawback restore status` says what it came to.",
    exit: ExitCode.refused,
  });
