/**
 * A gateway's log, whichever way it comes: as lines of `logs.tail` over the wire, or from the file on disk when the
 * gateway is dead. One parser and one filter serve both. The file may be many gigabytes, is rotated and truncated by
 * others, holds lines of every gateway of the same user and, in /tmp, may be replaced by anybody: it is read from its
 * end, in blocks, read-only, and only when it is a regular file. Every text that leaves here is harmless to a terminal.
 */
export { type LogFilter, passes } from "./log-filter.ts";
export { parseLogLine } from "./log-line.ts";
export type { LogPlace } from "./log-place.ts";
export { type Pattern, patternOf } from "./pattern/index.ts";
export { type LogNews, type TailOptions, tailLogFile } from "./tail-log-file.ts";
