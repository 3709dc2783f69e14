import type { Clock } from "../../ground/index.ts";

const beatMs = 500;

/**
 * How long to wait for the first beat that is no less than `delayMs` away. All connections have the one beat: whatever can
 * wait a moment waits for it, so that a process which watches fifty gateways wakes for many of them at once.
 */
export const toBeat = (clock: Clock, delayMs: number): number => {
  const now = clock.steady();
  return Math.ceil((now + delayMs) / beatMs) * beatMs - now;
};
