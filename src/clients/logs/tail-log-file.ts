import { bytes, type Clock, sleep } from "../../ground/index.ts";
import type { LogLine } from "../facts.ts";
import type { LogFilter } from "./log-filter.ts";
import { type LineReader, readLines } from "./line-reader.ts";
import { type LogPlace, type OpenLog, describePlace, logFiles, openLog } from "./log-place.ts";
import { offsetAfter, readAt, readBack } from "./read-back.ts";

export type LogNews =
  | { readonly kind: "lines"; readonly file: string; readonly lines: readonly LogLine[] }
  /** Something a reader of the lines must know, in words. */
  | { readonly kind: "notice"; readonly text: string };

export type TailOptions = {
  /** How many of the lines already there are wanted. */
  readonly last: number;
  readonly filter: LogFilter;
  /** Goes on with what is written from now on, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** How much may be read to find the last lines; a search that meets it says so. */
  readonly budgetBytes?: number;
};

const pollMs = 250;
const defaultBudgetBytes = 1 << 30;

/**
 * The log file as `tail` gives it, only that the lines are facts: first the last ones that pass the filter, oldest
 * first and across rotated files, then (when asked to follow) each new one. Following survives rotation by size and by
 * day, truncation, and a file that is not there yet. It looks at the file a few times a second rather than being told:
 * notifications do not exist on every file system, and they say nothing of a file that appears.
 */
export async function* tailLogFile(
  place: LogPlace,
  options: TailOptions,
  clock: Clock,
): AsyncGenerator<LogNews, void, undefined> {
  const past = yield* readPast(place, options, clock);
  if (!options.follow) {
    await past?.handle.close();
    return;
  }
  yield* follow(place, past, options, clock);
}

type Reached = OpenLog & { readonly offset: number };

/** Yields the last lines and returns the newest file, open, with the place after its last whole line. */
async function* readPast(
  place: LogPlace,
  { last, filter, signal, budgetBytes = defaultBudgetBytes }: TailOptions,
  clock: Clock,
): AsyncGenerator<LogNews, Reached | undefined, undefined> {
  const collected: { readonly file: string; readonly lines: readonly LogLine[] }[] = [];
  let newest: Reached | undefined;
  let missing = last;
  let left = budgetBytes;
  for (const [index, { path }] of (await logFiles(place)).entries()) {
    const file = await openLog(place, path);
    if (file === undefined) continue;
    const end = await endOfLastLine(file);
    const until =
      filter.until === undefined ? end : Math.min(end, await offsetAfter(file.handle, end, filter.until));
    const read = await readBack(file.handle, until, missing, filter, {
      aroundAt: clock.now(),
      budgetBytes: left,
      signal,
    });
    if (index === 0) newest = { ...file, offset: end };
    else await file.handle.close();
    if (read.lines.length > 0) collected.unshift({ file: path, lines: read.lines });
    missing -= read.lines.length;
    left -= read.readBytes;
    if (read.done) break;
    if (left <= 0) {
      yield { kind: "notice", text: `stopped looking after ${bytes(budgetBytes)} of log` };
      break;
    }
  }
  if (newest === undefined) yield { kind: "notice", text: `there is no log at ${describePlace(place)} yet` };
  for (const each of collected) yield { kind: "lines", ...each };
  return newest;
}

/** Where the last line break is: what stands behind it may still be in the making. */
const endOfLastLine = async (file: OpenLog): Promise<number> => {
  const tail = 256 * 1024;
  const from = Math.max(0, file.sizeBytes - tail);
  const block = await readAt(file.handle, from, file.sizeBytes - from);
  const at = block.lastIndexOf(10);
  return at < 0 ? (from === 0 ? 0 : file.sizeBytes) : from + at + 1;
};

async function* follow(
  place: LogPlace,
  start: Reached | undefined,
  { filter, signal }: TailOptions,
  clock: Clock,
): AsyncGenerator<LogNews, void, undefined> {
  type Following = { readonly file: OpenLog; readonly reader: LineReader };
  const begin = (file: OpenLog, offset: number): Following => ({
    file,
    reader: readLines(file.handle, offset, filter, clock.now),
  });
  let current = start === undefined ? undefined : begin(start, start.offset);

  const drain = async function* (from: Following): AsyncGenerator<LogNews, void, undefined> {
    for (let lines = await from.reader.next(); lines !== undefined; lines = await from.reader.next()) {
      if (lines.length > 0) yield { kind: "lines", file: from.file.path, lines };
      signal.throwIfAborted();
    }
  };
  const finish = async function* (from: Following): AsyncGenerator<LogNews, void, undefined> {
    yield* drain(from);
    const rest = from.reader.flush();
    if (rest.length > 0) yield { kind: "lines", file: from.file.path, lines: rest };
    await from.file.handle.close();
  };

  try {
    while (!signal.aborted) {
      if (current !== undefined) {
        yield* drain(current);
        const { size } = await current.file.handle.stat();
        if (size < current.reader.offset()) {
          yield { kind: "notice", text: `${current.file.path} was truncated; reading it from its beginning` };
          current = begin(current.file, 0);
          continue;
        }
      }
      const next = await newer(place, current?.file.identity);
      if (next !== undefined) {
        if (current !== undefined) {
          yield* finish(current);
          current = undefined;
          yield { kind: "notice", text: `the log was rotated; going on with ${next.newest.path}` };
        }
        for (const path of next.between) {
          const file = await openLog(place, path);
          if (file !== undefined) yield* finish(begin(file, 0));
        }
        current = begin(next.newest, 0);
        continue;
      }
      await sleep(clock, pollMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await current?.file.handle.close();
  }
}

/**
 * The newest file, open, when it is not the one we have; and the files that were filled and rotated away between two
 * looks, oldest first.
 */
const newer = async (
  place: LogPlace,
  identity: string | undefined,
): Promise<{ readonly newest: OpenLog; readonly between: readonly string[] } | undefined> => {
  const [first] = await logFiles(place);
  if (first === undefined || first.identity === identity) return undefined;
  const newest = await openLog(place, first.path);
  if (newest === undefined) return undefined;
  const files = await logFiles(place);
  const ours = files.findIndex((file) => file.identity === identity);
  // It may itself have been rotated since it was opened: what is newer than it is found at the next look.
  const its = files.findIndex((file) => file.identity === newest.identity);
  return {
    newest,
    between: files
      .slice(its + 1, Math.max(its + 1, ours))
      .map((file) => file.path)
      .reverse(),
  };
};
