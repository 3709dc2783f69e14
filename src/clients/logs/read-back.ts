import type { FileHandle } from "node:fs/promises";
import type { LogLine } from "../facts.ts";
import { type LogFilter, passes } from "./log-filter.ts";
import { parseLogLine } from "./log-line.ts";

const blockBytes = 256 * 1024;
/** A longer line is cut: its beginning is kept as text. */
export const maxLineBytes = 256 * 1024;
/** Several gateways write into one file, each with a queue of its own, so its times are only nearly in order. */
const disorderMs = 60_000;

export type ReadBack = {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** Nothing older can be wanted: enough lines were found, or the time asked for was passed. */
  readonly done: boolean;
  readonly readBytes: number;
};

/** The last `wanted` lines that pass the filter, read from `end` towards the beginning and no further than needed. */
export const readBack = async (
  handle: FileHandle,
  end: number,
  wanted: number,
  filter: LogFilter,
  {
    aroundAt,
    budgetBytes,
    signal,
  }: { readonly aroundAt: number; readonly budgetBytes: number; readonly signal: AbortSignal },
): Promise<ReadBack> => {
  const found: LogLine[] = [];
  let near = aroundAt;
  let position = end;
  /** The end of a line whose beginning has not been read yet. */
  let open = Buffer.alloc(0);
  /** False when nothing older can be wanted. */
  const take = (bytes: Buffer): boolean => {
    const line = parseLogLine(bytes.subarray(0, maxLineBytes).toString("utf8"), near);
    if (line === undefined) return true;
    near = line.at;
    if (filter.since !== undefined && line.at < filter.since - disorderMs) return false;
    if (passes(filter, line)) found.push(line);
    return found.length < wanted;
  };
  const result = (done: boolean): ReadBack => ({ lines: found.reverse(), done, readBytes: end - position });

  if (wanted <= 0) return result(true);
  while (position > 0 && end - position < budgetBytes) {
    signal.throwIfAborted();
    const from = Math.max(0, position - blockBytes);
    const block = await readAt(handle, from, position - from);
    position = from;
    let lineEnd = block.length;
    for (
      let at = block.lastIndexOf(10, lineEnd - 1);
      at >= 0;
      at = at === 0 ? -1 : block.lastIndexOf(10, at - 1)
    ) {
      const line = Buffer.concat([block.subarray(at + 1, lineEnd), open]);
      open = Buffer.alloc(0);
      lineEnd = at;
      if (!take(line)) return result(true);
    }
    // Only the beginning of an overlong line is worth keeping, and the beginning is what comes last.
    open = Buffer.concat([block.subarray(0, lineEnd), open]).subarray(0, maxLineBytes);
  }
  if (position === 0 && !take(open)) return result(true);
  return result(false);
};

/**
 * The offset of a line that is certainly later than `time`, found by halving: a search for yesterday evening in a file
 * of 13 GB must not read back through today. The end of the file when there is none.
 */
export const offsetAfter = async (handle: FileHandle, sizeBytes: number, time: number): Promise<number> => {
  let low = 0;
  let high = sizeBytes;
  while (high - low > 4 * blockBytes) {
    const middle = Math.floor((low + high) / 2);
    const next = await firstDatedLine(handle, middle);
    // Without a date nothing is known of the second half; it is read the slow way.
    if (next === undefined || next.offset >= high) return high;
    if (next.at > time + disorderMs) high = next.offset;
    else low = next.offset;
  }
  return high;
};

const firstDatedLine = async (
  handle: FileHandle,
  from: number,
): Promise<{ readonly offset: number; readonly at: number } | undefined> => {
  const block = await readAt(handle, from, 2 * maxLineBytes);
  let start = block.indexOf(10) + 1;
  while (start > 0) {
    const end = block.indexOf(10, start);
    if (end < 0) return undefined;
    const line = parseLogLine(block.subarray(start, end).toString("utf8"), Number.NaN);
    if (line !== undefined && !Number.isNaN(line.at)) return { offset: from + start, at: line.at };
    start = end + 1;
  }
  return undefined;
};

/** What is there; shorter than asked for when the file ends or has just been cut. */
export const readAt = async (
  handle: FileHandle,
  from: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> => {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
};
