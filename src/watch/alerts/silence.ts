import type { Alert } from "./alert.ts";

/** Keeps alerts of a rule quiet for a time. They live on, are shown, and make no noise. */
export type Silence = {
  readonly id: string;
  readonly rule: string;
  /** Absent: on every gateway. */
  readonly gateway?: string;
  readonly from: number;
  readonly until: number;
  readonly by: string;
  readonly reason?: string;
};

export const covers = (silence: Silence, alert: Pick<Alert, "rule" | "gateway">, now: number): boolean =>
  silence.rule === alert.rule &&
  (silence.gateway === undefined || silence.gateway === alert.gateway) &&
  silence.from <= now &&
  now < silence.until;

/** The latest end of the silences that cover an alert now. */
export const silencedUntil = (
  silences: readonly Silence[],
  alert: Pick<Alert, "rule" | "gateway">,
  now: number,
): number | undefined => {
  let until: number | undefined;
  for (const silence of silences) {
    if (covers(silence, alert, now)) until = Math.max(until ?? 0, silence.until);
  }
  return until;
};
