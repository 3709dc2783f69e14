import type { LogFilter, LogLine } from "../../../clients/index.ts";

export type LogSpan = {
  readonly filter: LogFilter;
  /** How many of the newest lines that pass. */
  readonly last: number;
};

/** So many of the last ones; of none, none. */
export const newestOf = <Line>(lines: readonly Line[], last: number): readonly Line[] =>
  lines.slice(Math.max(0, lines.length - last));

/** A line with whose it is. */
export type GatewayLine = LogLine & { readonly gateway: string };

/** What hears lines and remarks (`the log was rotated`) as they come. */
export type LogListener = {
  readonly lines: (gateway: string, lines: readonly LogLine[]) => void;
  readonly notice: (gateway: string, text: string) => void;
};
