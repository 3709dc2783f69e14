import { ExitCode, type Problem, problemOf } from "../../ground/index.ts";
import { english, failureOf, problemSaid, told, type Told } from "../../watch/index.ts";
import type { PreparedRestore, RestoreResult } from "../../watch/effects/index.ts";
import type { RunEnd } from "../console/index.ts";

/** What a restore, or the way back from one, came to: for the screen, the audit log and whoever asked. */
export type Outcome = {
  readonly end: RunEnd;
  readonly safetySnapshot: string | undefined;
  readonly told: Told;
  /** It ended well guarded and yet not as it was wanted. */
  readonly problem: Problem | undefined;
};

/** What ends a restore before anything moved leaves all as it was; only what left it otherwise needs a person. */
export const endOfFailure = (error: unknown): RunEnd => {
  const { exit } = problemOf(error);
  const failure = failureOf(error);
  const { said, advice } = failure;
  if (exit === ExitCode.needsPerson || advice === undefined) return { kind: "failed", ...failure };
  const both = told({ say: "with-advice", first: said, second: advice });
  return { kind: "called-off", why: both.text, said: both.said, running: true };
};

export const outcomeOf = (result: RestoreResult, { plan }: PreparedRestore, gateway: string): Outcome => {
  const { id } = plan.snapshot;
  switch (result.outcome) {
    case "restored":
      return {
        end: {
          kind: "waiting",
          recovery: result.recovery,
          warnings: warningsOf(result),
          isStarted: plan.how === "hot" || result.readiness !== null,
        },
        safetySnapshot: result.safetySnapshot,
        told: told({ say: "restored", snapshot: id }),
        problem: undefined,
      };
    case "rolled-back": {
      const { why, said, running, recovery } = result;
      return {
        end: { kind: "put-back", why, said, running, recovery },
        safetySnapshot: result.safetySnapshot,
        told: told({ say: "put-back-because", why: said }),
        problem: problemSaid(
          "RESTORE_PUT_BACK",
          { say: "was-put-back", gateway, why: said },
          { exit: running ? ExitCode.putBack : ExitCode.needsPerson },
        ),
      };
    }
    case "called-off": {
      const { why, said, running } = result;
      return {
        end: { kind: "called-off", why, said, running },
        safetySnapshot: undefined,
        told: told({ say: "called-off-because", why: said }),
        problem: problemSaid(
          "RESTORE_CALLED_OFF",
          { say: "restore-off", gateway },
          { exit: ExitCode.interrupted },
        ),
      };
    }
  }
};

/** The one of a gateway that will not become ready is a sentence; what was found in files is text. */
const warningsOf = ({
  warnings,
  readiness,
}: Extract<RestoreResult, { readonly outcome: "restored" }>): readonly Told[] => {
  const said =
    readiness?.kind === "started"
      ? ({ say: "will-not-be-ready", failing: readiness.failing } as const)
      : undefined;
  return warnings.map((text) => ({
    text,
    said: said !== undefined && english(said) === text ? said : undefined,
  }));
};
