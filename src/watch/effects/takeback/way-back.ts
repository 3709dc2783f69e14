import { abandon, putBack, type Journal } from "../../../core/index.ts";
import { ExitCode, Problem, problemOf } from "../../../ground/index.ts";
import type { Recovery } from "../../takeback/verify-recovery.ts";
import { startAgain, watchReady } from "./drive-gateway.ts";
import type { RestoreInPlaceOptions, RestoreResult, Tell, UnderWay } from "./under-way.ts";

/** Before the exchange: what was staged goes, and the gateway runs again when it ran. */
export const callOff = async (
  options: RestoreInPlaceOptions,
  journal: Journal,
  stopped: boolean,
  error: unknown,
  tell: Tell,
): Promise<RestoreResult> => {
  const { clock, signal, service } = options;
  const problem = signal.aborted
    ? new Problem("RESTORE_CALLED_OFF", "The restore was called off.", { exit: ExitCode.interrupted })
    : problemOf(error);
  if (journal.records.some(({ step }) => step === "swapping")) {
    // Some of it may have moved: the journal knows, and puts it back.
    return await goBack({ ...options, tell, journal, safety: safetyOf(journal) }, problem.message);
  }
  abandon(journal, problem.message, clock);
  const running = stopped ? await startAgain(service, tell) : options.prepared.wasRunning;
  if (signal.aborted) return { outcome: "called-off", why: problem.message, running };
  throw new Problem(problem.code, problem.message, {
    hint: `${problem.hint ?? "Nothing live was changed."}${stopped ? (running ? " The gateway runs again as before." : " The gateway is stopped: start it.") : ""}`,
    exit: stopped && !running ? ExitCode.needsPerson : problem.exit,
    cause: error,
  });
};

const safetyOf = ({ records }: Journal): string =>
  records.flatMap((record) =>
    record.step === "noted" && record.what === "safety-snapshot" ? [record.detail] : [],
  )[0] ?? "";

/** After the exchange: stop what was started, old in, start it again. */
export const goBack = async (
  place: UnderWay,
  why: string,
  recovery: Recovery | null = null,
): Promise<RestoreResult> => {
  const { service, clock, journal, tell, prepared, settleMs } = place;
  // From here on nothing calls it off any more.
  const signal = new AbortController().signal;
  tell("put-back", "begun", { say: "putting-back", why });
  const hot = prepared.plan.how === "hot";
  if (!hot) {
    const stopped = await service.stop({
      signal,
      whenOver: "kill",
      ...(settleMs === undefined ? {} : { settleMs }),
    });
    const gone = stopped.outcome === "done" || stopped.outcome === "already" || stopped.outcome === "killed";
    // With nobody to ask, a gateway that is not there is as good as one that was stopped: the guard looks again.
    if (!gone && place.controllable) throw stuck(place, why, stopped.evidence[0] ?? stopped.outcome);
  }
  try {
    await putBack(journal, why, { clock, owner: hot ? "hot" : "must-be-gone" });
  } catch (error) {
    throw stuck(place, why, problemOf(error).message);
  }
  tell("put-back", "done", { say: "old-is-back" });
  const runs = hot || !prepared.wasRunning || (await startAgain(service, tell));
  const readiness = hot || !prepared.wasRunning || !runs ? undefined : await watchReady({ ...place, signal });
  const running = prepared.wasRunning && runs && readiness?.kind !== "failed";
  return { outcome: "rolled-back", why, safetySnapshot: place.safety, running, recovery };
};

const stuck = ({ journal }: UnderWay, why: string, what: string): Problem =>
  new Problem(
    "RESTORE_STUCK",
    `The restore failed (${why}), and the old state could not be put back: ${what}.`,
    {
      hint: `Both states are there: ${journal.path} names them. Stop the gateway for good, then run \`clawback restore rollback\`.`,
      exit: ExitCode.needsPerson,
    },
  );
