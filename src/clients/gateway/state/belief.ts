import type { ConnectionReport } from "../../facts.ts";
import { type Boots, noBoots } from "./boots.ts";
import { worded } from "./report.ts";

/** What is believed of a connection: what is reported of it, and beside that what the next thing seen is judged by. */
export type Belief = {
  readonly report: ConnectionReport;
  /** Those seen, for crash loops. */
  readonly boots: Boots;
  /** When it said goodbye, why, and until when its absence is expected: a planned restart is no outage. */
  readonly goodbye:
    | { readonly at: number; readonly reason: string; readonly until: number; readonly draining?: true }
    | undefined;
  /** A suspension that clawback itself asked for, and when its lease ends. */
  readonly ourSuspensionUntil: number | undefined;
  /** It lets us in and answers nothing: a hello of that process proves nothing until a question is answered. */
  readonly answersNothing: boolean;
  /** Whether it was ever up since we watch: before that nothing can have crashed. */
  readonly met: boolean;
  /** Since when it is not up, whatever the reasons were: where an outage began. */
  readonly lostAt: number | undefined;
};

/** How long a planned restart may take before its absence is an outage: a boot takes 11 to 24 seconds. */
export const restartGraceMs = 60_000;

export const firstAttempt = { say: "first-attempt" } as const;

export const firstBelief = (now: number): Belief => ({
  report: { state: { kind: "connecting", attempt: 1 }, since: now, ...worded(firstAttempt) },
  boots: noBoots,
  goodbye: undefined,
  ourSuspensionUntil: undefined,
  answersNothing: false,
  met: false,
  lostAt: undefined,
});

/** The clock was set back: what would lie ahead of it happened just now, and is not waited for. */
export const notAhead = (belief: Belief, now: number): Belief => {
  const { report, boots, goodbye, lostAt, ourSuspensionUntil } = belief;
  const times = [report.since, goodbye?.at ?? now, lostAt ?? now, ...boots.noticed];
  if (times.every((at) => at <= now)) return belief;
  const past = (at: number): number => Math.min(at, now);
  return {
    ...belief,
    report: { ...report, since: past(report.since) },
    // When it started is only known by the clock as it was.
    boots: { ...boots, startedAt: undefined, noticed: boots.noticed.map(past) },
    goodbye: goodbye && {
      ...goodbye,
      at: past(goodbye.at),
      until: past(goodbye.at) + (goodbye.until - goodbye.at),
    },
    lostAt: lostAt === undefined ? undefined : past(lostAt),
    ourSuspensionUntil: ourSuspensionUntil && Math.min(ourSuspensionUntil, now + suspensionLeaseMs),
  };
};

/** A lease of the gateway's lasts this long. */
const suspensionLeaseMs = 120_000;
