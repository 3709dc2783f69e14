import type { LogFilter, LogLine } from "../../../clients/index.ts";

export type LogSpan = {
  readonly filter: LogFilter;
  /** How many of the newest lines that pass. */
  readonly last: number;
};

/** A line with whose it is. */
export type GatewayLine = LogLine & { readonly gateway: string };

/** What hears lines and remarks (`the log was rotated`) as they come. */
export type LogListener = {
  readonly lines: (gateway: string, lines: readonly LogLine[]) => void;
  readonly notice: (gateway: string, text: string) => void;
};
