import type { LogLine } from "../../../clients/index.ts";
import { gatewayNamed, type Model } from "../../../watch/index.ts";
import { isFailedStart, type RestoreRun } from "../state/restore-run.ts";
import type { TakebackState } from "../state/takeback.ts";

/**
 * What a gateway itself said when it did not come up on the restored state. It says that in its log, which is heard when
 * it runs again, on the old state; a busy log soon forgets it, so it is kept with the restore.
 */
export const withFailedStarts = (state: TakebackState, watch: Model): TakebackState => {
  let runs: Map<string, RestoreRun> | undefined;
  for (const [gateway, run] of state.runs) {
    const failedStart = run.failedStart ?? saidIn(gatewayNamed(watch, gateway)?.log ?? [], run);
    if (failedStart === run.failedStart) continue;
    runs ??= new Map(state.runs);
    runs.set(gateway, { ...run, failedStart });
  }
  return runs === undefined ? state : { ...state, runs };
};

/** The last error between the start on the restored state and the way back: what ended it comes last. */
const saidIn = (log: readonly LogLine[], { steps }: RestoreRun): LogLine | undefined => {
  const failed = steps.findIndex(isFailedStart);
  const from = steps.slice(0, failed + 1).findLast(({ step }) => step === "start")?.begunAt;
  const until = steps[failed]?.endedAt;
  if (failed < 0 || from === undefined || until === undefined) return undefined;
  const errors = log.filter(({ at, level }) => at >= from && at <= until && isError(level));
  return errors.findLast(({ level }) => level === "fatal") ?? errors.at(-1);
};

const isError = (level: LogLine["level"]): boolean => level === "error" || level === "fatal";
