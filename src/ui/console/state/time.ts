import { clockTime, moment } from "../../../ground/index.ts";

/** Moments in the person's own clock. The offset is asked for each moment, because summer time ends in between. */
export type TimeWords = {
  /** 02:17:31 */
  readonly clock: (at: number) => string;
  /** 02:17 */
  readonly minute: (at: number) => string;
  /** 2026-11-20 02:17:31 */
  readonly full: (at: number) => string;
  /** What the clock in the header is called. */
  readonly zone: string;
};

export const timeWords = (zone: string, offsetMs: (at: number) => number): TimeWords => ({
  clock: (at) => clockTime(at + offsetMs(at)),
  minute: (at) => clockTime(at + offsetMs(at)).slice(0, 5),
  full: (at) => moment(at + offsetMs(at)).replace("Z", ""),
  zone,
});

export const utcWords: TimeWords = timeWords("UTC", () => 0);
