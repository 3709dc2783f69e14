import { ExitCode, Problem, problemOf } from "../../ground/index.ts";
import type { PreparedRestore, RestoreResult } from "../../watch/effects/index.ts";
import type { RunEnd } from "../console/index.ts";

/** What a restore, or the way back from one, came to: for the screen, the audit log and whoever asked. */
export type Outcome = {
  readonly end: RunEnd;
  readonly safetySnapshot: string | undefined;
  readonly text: string;
  /** It ended well guarded and yet not as it was wanted. */
  readonly problem: Problem | undefined;
};

/** What ends a restore before anything moved leaves all as it was; only what left it otherwise needs a person. */
export const failureOf = (error: unknown): RunEnd => {
  const { message, hint, exit } = problemOf(error);
  return exit === ExitCode.needsPerson || hint === undefined
    ? { kind: "failed", why: message, hint }
    : { kind: "called-off", why: `${message} ${hint}`, running: true };
};

export const outcomeOf = (result: RestoreResult, { plan }: PreparedRestore, gateway: string): Outcome => {
  const { id } = plan.snapshot;
  switch (result.outcome) {
    case "restored":
      return {
        end: {
          kind: "waiting",
          recovery: result.recovery,
          warnings: result.warnings,
          isStarted: plan.how === "hot" || result.readiness !== null,
        },
        safetySnapshot: result.safetySnapshot,
        text: `restored ${id}`,
        problem: undefined,
      };
    case "rolled-back": {
      const { why, running, recovery } = result;
      return {
        end: { kind: "put-back", why, running, recovery },
        safetySnapshot: result.safetySnapshot,
        text: `put back: ${why}`,
        problem: new Problem("RESTORE_PUT_BACK", `${gateway} was put back: ${why}`, {
          exit: running ? ExitCode.putBack : ExitCode.needsPerson,
        }),
      };
    }
    case "called-off":
      return {
        end: { kind: "called-off", why: result.why, running: result.running },
        safetySnapshot: undefined,
        text: `called off: ${result.why}`,
        problem: new Problem("RESTORE_CALLED_OFF", `the restore of ${gateway} was called off`, {
          exit: ExitCode.interrupted,
        }),
      };
  }
};

export const whyOf = (error: unknown): string => {
  const { message, hint } = problemOf(error);
  return hint === undefined ? message : `${message} ${hint}`;
};
