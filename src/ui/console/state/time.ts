import { clockTime, moment } from "../../../ground/index.ts";

/** Moments in the person's own clock. The offset is asked for each moment, because summer time ends in between. */
export type TimeWords = {
  /** 02:17:31 */
  readonly clock: (at: number) => string;
  /** 02:17 */
  readonly minute: (at: number) => string;
  /** 2026-11-20 02:17:31 */
  readonly full: (at: number) => string;
  /** 02:17:31, and with its day where that is not the day of `now`. */
  readonly since: (at: number, now: number) => string;
  /** What the clock in the header is called. */
  readonly zone: string;
};

export const timeWords = (zone: string, offsetMs: (at: number) => number): TimeWords => {
  const full = (at: number): string => moment(at + offsetMs(at)).replace("Z", "");
  const dayOf = (at: number): string => full(at).slice(0, 10);
  const clock = (at: number): string => clockTime(at + offsetMs(at));
  return {
    clock,
    minute: (at) => clock(at).slice(0, 5),
    full,
    since: (at, now) => (dayOf(at) === dayOf(now) ? clock(at) : full(at)),
    zone,
  };
};

export const utcWords: TimeWords = timeWords("UTC", () => 0);
