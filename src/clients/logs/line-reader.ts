import type { FileHandle } from "node:fs/promises";
import type { LogLine } from "../facts.ts";
import { type LogFilter, passes } from "./log-filter.ts";
import { parseLogLine } from "./log-line.ts";
import { maxLineBytes, readAt } from "./read-back.ts";

const blockBytes = 256 * 1024;

/** Reads a growing file forwards, whole lines only; what stands after the last line break waits for its end. */
export type LineReader = {
  /** Lines up to the present end that pass the filter, a block at a time; undefined at the end. */
  readonly next: () => Promise<readonly LogLine[] | undefined>;
  /** Gives up waiting: what is there of the last line is the line. */
  readonly flush: () => readonly LogLine[];
  /** How far it has read. */
  readonly offset: () => number;
};

export const readLines = (
  handle: FileHandle,
  from: number,
  filter: LogFilter,
  now: () => number,
): LineReader => {
  let offset = from;
  let open: Buffer = Buffer.alloc(0);
  let near = now();
  const take = (bytes: Buffer): readonly LogLine[] => {
    const line = parseLogLine(bytes.toString("utf8"), near);
    if (line === undefined) return [];
    near = line.at;
    return passes(filter, line) ? [line] : [];
  };
  const grow = (more: Buffer): Buffer => Buffer.concat([open, more.subarray(0, maxLineBytes - open.length)]);
  return {
    offset: () => offset,
    next: async () => {
      const block = await readAt(handle, offset, blockBytes);
      if (block.length === 0) return undefined;
      offset += block.length;
      const lines: LogLine[] = [];
      let start = 0;
      for (let end = block.indexOf(10); end >= 0; end = block.indexOf(10, start)) {
        lines.push(...take(grow(block.subarray(start, end))));
        open = Buffer.alloc(0);
        start = end + 1;
      }
      open = grow(block.subarray(start));
      return lines;
    },
    flush: () => {
      const rest = open;
      open = Buffer.alloc(0);
      return take(rest);
    },
  };
};
