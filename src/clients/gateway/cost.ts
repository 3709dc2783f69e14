/** What watching one gateway costs it and us: counted as it happens, shown in `:perf`. */
export type WatchCost = {
  readonly requests: number;
  readonly answers: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly framesIn: number;
  /** Frames with content that were stepped over unread. */
  readonly framesDropped: number;
  /** Frames and rows that the schemas or the limits refused. */
  readonly refused: number;
  /** How often reading paused because the peer sent more than a second's worth in a second. */
  readonly pauses: number;
  readonly connects: number;
  readonly timeouts: number;
};

/** The same numbers while they are being counted. */
export type CostMeter = { -readonly [Key in keyof WatchCost]: WatchCost[Key] };

export const newCost = (): CostMeter => ({
  requests: 0,
  answers: 0,
  bytesIn: 0,
  bytesOut: 0,
  framesIn: 0,
  framesDropped: 0,
  refused: 0,
  pauses: 0,
  connects: 0,
  timeouts: 0,
});
