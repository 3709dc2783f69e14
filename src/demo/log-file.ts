import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The gateway's log: JSON lines in a real file, and the last of them at hand for `logs.tail`. */
export type LogFile = {
  readonly path: string;
  readonly write: (at: number, level: LogLevel, subsystem: string, message: string) => void;
  readonly tail: (ask: { readonly limit: number; readonly cursor: number | undefined }) => {
    readonly file: string;
    readonly cursor: number;
    readonly size: number;
    readonly lines: readonly string[];
    readonly truncated: boolean;
    readonly reset: boolean;
  };
};

export type LogLevel = "INFO" | "WARN" | "ERROR";

/** Lines kept in memory; older ones are in the file alone. */
const keptLines = 2_000;

export const logFile = (path: string, hostname: string): LogFile => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const kept: { start: number; line: string }[] = [];
  let size = 0;
  if (existsSync(path)) {
    for (const line of readFileSync(path, "utf8").split("\n").filter(Boolean)) keep(line);
  }
  function keep(line: string): void {
    kept.push({ start: size, line });
    size += Buffer.byteLength(line) + 1;
    if (kept.length > keptLines) kept.shift();
  }
  return {
    path,
    write: (at, level, subsystem, message) => {
      const date = new Date(at).toISOString();
      const name = JSON.stringify({ subsystem });
      const line = JSON.stringify({
        0: name,
        1: message,
        _meta: {
          runtime: "node",
          runtimeVersion: process.versions.node,
          hostname,
          date,
          logLevelId: levelIds[level],
          logLevelName: level,
          name,
          parentNames: ["openclaw"],
        },
        time: date.replace("Z", "+00:00"),
        hostname,
        message,
      });
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
      keep(line);
    },
    tail: ({ limit, cursor }) => {
      const reset = cursor !== undefined && cursor > size;
      const from = cursor === undefined || reset ? 0 : cursor;
      const fresh = kept.filter(({ start }) => start >= from);
      const lines = fresh.slice(-limit);
      return {
        file: path,
        cursor: size,
        size,
        lines: lines.map(({ line }) => line),
        truncated: lines.length > 0 && (lines[0]?.start ?? 0) > from,
        reset,
      };
    },
  };
};

const levelIds: Readonly<Record<LogLevel, number>> = { INFO: 3, WARN: 4, ERROR: 5 };
