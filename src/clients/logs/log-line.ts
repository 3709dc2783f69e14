import { harmlessLine } from "../../ground/index.ts";
import type { LogLine } from "../facts.ts";
import { logLineOf, logMessageMax } from "../wire/log-line.ts";

/**
 * One line of the log file as facts; undefined for an empty one. A line that is not the logger's JSON (a stack trace,
 * a crash report of the runtime, a line cut off) is kept as text, with the time of its neighbour, `aroundAt`: it is
 * often the line that matters most.
 */
export const parseLogLine = (text: string, aroundAt: number): LogLine | undefined => {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const line = trimmed.startsWith("{") ? logLineOf(trimmed, 0) : undefined;
  return (
    line ?? { at: aroundAt, level: "info", subsystem: "", message: harmlessLine(trimmed, logMessageMax) }
  );
};
