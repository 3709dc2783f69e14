import type { LogLevel, LogLine } from "../facts.ts";
import type { Pattern } from "./pattern/index.ts";

/** Which lines are wanted; a condition that is absent lets everything through. */
export type LogFilter = {
  /** This level and worse. */
  readonly atLeast?: LogLevel;
  /** `gateway` also means `gateway/health-monitor`. */
  readonly subsystem?: string;
  readonly channel?: string;
  readonly sessionKey?: string;
  readonly since?: number;
  readonly until?: number;
  /** Found in the message or in the subsystem. */
  readonly pattern?: Pattern;
};

const rank: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 };

export const passes = (filter: LogFilter, line: LogLine): boolean =>
  (filter.atLeast === undefined || rank[line.level] >= rank[filter.atLeast]) &&
  (filter.since === undefined || line.at >= filter.since) &&
  (filter.until === undefined || line.at <= filter.until) &&
  (filter.channel === undefined || line.channel === filter.channel) &&
  (filter.sessionKey === undefined || line.sessionKey === filter.sessionKey) &&
  (filter.subsystem === undefined ||
    line.subsystem === filter.subsystem ||
    line.subsystem.startsWith(`${filter.subsystem}/`)) &&
  (filter.pattern === undefined || filter.pattern.test(line.message) || filter.pattern.test(line.subsystem));
