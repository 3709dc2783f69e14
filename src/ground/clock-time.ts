import { civilOfMs, timeText, two } from "./calendar.ts";

/** Moments in words, in UTC. */

/** 02:17:31 */
export const clockTime = (at: number): string => {
  const { hour, minute, second } = civilOfMs(at);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
};

/** 2026-11-20 02:17:31Z */
export const moment = (at: number): string => `${timeText(at)}Z`;
