import { setTimeout as pause } from "node:timers/promises";

export type Until = {
  /** The deadline; generous, because it is only ever reached when something is wrong. */
  readonly withinMs?: number;
  readonly everyMs?: number;
  /** Called only when the deadline passes: what a person needs to see why. */
  readonly evidence?: () => string;
};

/** Asks again and again until the answer is neither undefined nor false, and gives it back. */
export const until = async <Answer>(
  what: string,
  look: () => Answer | Promise<Answer>,
  { withinMs = 120_000, everyMs = 100, evidence }: Until = {},
): Promise<Exclude<Answer, undefined | false>> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined && answer !== false) return answer as Exclude<Answer, undefined | false>;
    if (performance.now() > deadline) {
      throw new Error(
        `waited ${withinMs / 1000} s for ${what}${evidence === undefined ? "" : `\n${evidence()}`}`,
      );
    }
    await pause(everyMs);
  }
};
