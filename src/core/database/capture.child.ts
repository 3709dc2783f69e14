import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { bytePath, type BytePath } from "../manifest/byte-path.ts";
import { nativePath } from "../source/reach.ts";
import type { CaptureAnswer, CaptureQuestion, DatabaseMark } from "./capture-words.ts";
import { databaseHeaderBytes, parseDatabaseHeader, type DatabaseHeader } from "./database-header.ts";
import { parseWalIndexHead, walBytesAt, walIndexHeadBytes, type WalIndexHead } from "./wal-index.ts";

/**
 * Holds read transactions on several databases while another process copies the files.
 *
 * A process of its own, because closing any descriptor of a database file drops all locks that SQLite holds in that
 * process. For the same reason every descriptor opened here is closed only after the last transaction has ended.
 *
 * All transactions begin as close together as possible. Then the heads of all logs are compared with what they were
 * before each began: if no commit fell in between, the moment after the last BEGIN is one at which every transaction
 * was current, and together they are one point in time. Otherwise all end and begin again.
 */
const attempts = 2_000;
const deadlineMs = 5_000;
const busyTimeoutMs = 250;
const readableAttempts = 20;
/** SQLite's number for "a journal would have to be played back, and this connection only reads". */
const readonlyRollback = 776;

type Held = {
  readonly path: BytePath;
  readonly file: number;
  readonly header: DatabaseHeader;
  readonly way:
    | { readonly kind: "closed"; readonly stamp: string }
    | {
        readonly kind: "open";
        readonly database: DatabaseSync;
        readonly begin: StatementSync;
        readonly read: StatementSync;
        readonly rollback: StatementSync;
        /** Of the shared memory; absent when the journal is not a log. */
        readonly index: number | undefined;
      };
};

type Candidate = Held | { readonly path: BytePath; readonly failed: string };

const sibling = (path: BytePath, suffix: string): BytePath => bytePath(`${path}${suffix}`);

const readAt = (file: number, bytes: number): Buffer => {
  const into = Buffer.alloc(bytes);
  return into.subarray(0, readSync(file, into, 0, bytes, 0));
};

const stampOf = (path: BytePath, file: number): string => {
  const { size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
  const journal =
    existsSync(nativePath(sibling(path, "-wal"))) || existsSync(nativePath(sibling(path, "-journal")));
  return `${size} ${mtimeNs} ${ctimeNs} ${journal}`;
};

const open = (path: BytePath): Candidate => {
  try {
    const file = openSync(nativePath(path), constants.O_RDONLY | constants.O_NOFOLLOW);
    const header = parseDatabaseHeader(readAt(file, databaseHeaderBytes));
    if (header === undefined) return { path, failed: "it is no longer a database" };
    const stamp = stampOf(path, file);
    // Opening a log-mode database creates its log and shared memory. When there is no log nobody has it open, and
    // nothing needs to be created beside it.
    if (header.mode === "wal" && stamp.endsWith("false"))
      return { path, file, header, way: { kind: "closed", stamp } };
    const database = openReadable(path);
    return {
      path,
      file,
      header,
      way: {
        kind: "open",
        database,
        begin: database.prepare("BEGIN"),
        read: database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1"),
        rollback: database.prepare("ROLLBACK"),
        index:
          header.mode === "wal"
            ? openSync(nativePath(sibling(path, "-shm")), constants.O_RDONLY | constants.O_NOFOLLOW)
            : undefined,
      },
    };
  } catch (error) {
    return { path, failed: error instanceof Error ? error.message : String(error) };
  }
};

/** The first query reads the schema, recovers the log when that is needed, and shows whether it can be read at all. */
const openReadable = (path: BytePath): DatabaseSync => {
  for (let attempt = 1; ; attempt += 1) {
    const database = new DatabaseSync(nativePath(path), { readOnly: true, timeout: busyTimeoutMs });
    try {
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
      return database;
    } catch (error) {
      database.close();
      // A journal that a writer begins between two looks of SQLite is taken for one that somebody left behind.
      const isJournalBegun =
        error instanceof Error && "errcode" in error && error.errcode === readonlyRollback;
      if (!isJournalBegun || attempt === readableAttempts) throw error;
    }
  }
};

const headOf = (index: number): WalIndexHead | undefined =>
  parseWalIndexHead(readAt(index, walIndexHeadBytes));

/** The heads under which every transaction began and still is current, or nothing when a commit fell in between. */
const beginAll = (all: readonly Held[]): ReadonlyMap<Held, WalIndexHead> | undefined => {
  const heads = new Map<Held, WalIndexHead>();
  for (const held of all) {
    if (held.way.kind === "closed") continue;
    const head = held.way.index === undefined ? undefined : headOf(held.way.index);
    held.way.begin.run();
    held.way.read.get();
    if (held.way.index !== undefined) {
      if (head === undefined) return undefined;
      heads.set(held, head);
    }
  }
  const current = all.every((held) => {
    if (held.way.kind === "closed") return stampOf(held.path, held.file) === held.way.stamp;
    if (held.way.index === undefined) return true;
    const before = heads.get(held);
    return before !== undefined && headOf(held.way.index)?.raw.equals(before.raw) === true;
  });
  return current ? heads : undefined;
};

const endAll = (all: readonly Held[]): void => {
  for (const { way } of all) if (way.kind === "open" && way.database.isTransaction) way.rollback.run();
};

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Everything that was opened, in the order of the question. */
let candidates: readonly Candidate[] = [];
const heldOnes = (): readonly Held[] => candidates.filter((each): each is Held => !("failed" in each));

const hold = (paths: readonly string[]): readonly DatabaseMark[] => {
  candidates = paths.map((path) => open(bytePath(path)));
  const startedAt = performance.now();
  for (let attempt = 0; attempt < attempts && performance.now() - startedAt < deadlineMs; attempt += 1) {
    try {
      const heads = beginAll(heldOnes());
      if (heads !== undefined) return candidates.map((each) => markOf(each, heads));
    } catch (error) {
      // A writer in rollback mode was in the way for the whole busy timeout; the others are not to blame.
      const reason = error instanceof Error ? error.message : String(error);
      if (attempt > 2) {
        endAll(heldOnes());
        return candidates.map(() => ({ kind: "failed", reason }));
      }
    }
    endAll(heldOnes());
    candidates = candidates.map((each) => ("failed" in each ? each : refreshed(each)));
    // Out of step with a writer that commits at a steady pace.
    Atomics.wait(pause, 0, 0, Math.random() * Math.min(4, attempt / 8));
  }
  endAll(heldOnes());
  return candidates.map(() => ({
    kind: "failed",
    reason: "writers committed so often that no common moment was found",
  }));
};

/** A database that was closed may have been opened since. */
const refreshed = (held: Held): Candidate => {
  if (held.way.kind === "open") return held;
  const stamp = stampOf(held.path, held.file);
  if (stamp === held.way.stamp) return held;
  return stamp.endsWith("false") ? { ...held, way: { kind: "closed", stamp } } : open(held.path);
};

const markOf = (each: Candidate, heads: ReadonlyMap<Held, WalIndexHead>): DatabaseMark => {
  if ("failed" in each) return { kind: "failed", reason: each.failed };
  const { pageBytes } = each.header;
  if (each.way.kind === "closed") return { kind: "closed", pageBytes };
  const head = heads.get(each);
  if (head === undefined) return { kind: "locked", pageBytes };
  return {
    kind: "wal",
    pageBytes,
    walBytes: walBytesAt(head),
    salt: head.salt.toString("hex"),
    checksum: head.checksum,
  };
};

const standing = (): boolean[] =>
  candidates.map((each) => {
    if ("failed" in each) return false;
    return each.way.kind === "closed"
      ? stampOf(each.path, each.file) === each.way.stamp
      : each.way.database.isTransaction;
  });

const release = (): void => {
  const all = heldOnes();
  endAll(all);
  for (const { way } of all) if (way.kind === "open") way.database.close();
  // Only now that no transaction is left that a closing descriptor could cut short.
  for (const { file, way } of all) {
    closeSync(file);
    if (way.kind === "open" && way.index !== undefined) closeSync(way.index);
  }
};

const answer = (words: CaptureAnswer): void => {
  process.send?.(words);
};

process.on("message", (question: CaptureQuestion) => {
  switch (question.kind) {
    case "hold":
      answer({ kind: "held", marks: hold(question.databases) });
      return;
    case "confirm":
      answer({ kind: "confirmed", standing: standing() });
      return;
    case "release":
      release();
      process.disconnect();
      return;
  }
});

// Whoever asked is gone: nobody reads what is held any more.
process.on("disconnect", () => {
  process.exit(0);
});
