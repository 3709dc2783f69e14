import { abandon, putBack, type Journal } from "../../../core/index.ts";
import { ExitCode, problemOf, type Problem } from "../../../ground/index.ts";
import { english, failureOf, problemSaid, type Sentence } from "../../sentences/index.ts";
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
    ? problemSaid("RESTORE_CALLED_OFF", { say: "restore-called-off" }, { exit: ExitCode.interrupted })
    : problemOf(error);
  const { said, advice } = failureOf(problem);
  if (journal.records.some(({ step }) => step === "swapping")) {
    // Some of it may have moved: the journal knows, and puts it back.
    return await goBack({ ...options, tell, journal, safety: safetyOf(journal) }, said);
  }
  abandon(journal, problem.message, clock);
  const running = stopped ? await startAgain(service, tell) : options.prepared.wasRunning;
  if (signal.aborted) return { outcome: "called-off", why: problem.message, said, running };
  throw problemSaid(problem.code, said, {
    advice: withState(advice, stopped, running),
    exit: stopped && !running ? ExitCode.needsPerson : problem.exit,
    cause: error,
  });
};

/** What to do, and how the gateway stands by now: who reads of a full disk wants to know that first. */
const withState = (advice: Sentence | undefined, stopped: boolean, running: boolean): Sentence => {
  const untouched: Sentence = { say: "nothing-live-changed" };
  if (!stopped) return advice === undefined ? untouched : inTurn(advice, untouched);
  return inTurn(advice ?? untouched, { say: running ? "runs-as-before" : "stopped-start-it" });
};

const inTurn = (first: Sentence, second: Sentence): Sentence => ({ say: "with-advice", first, second });

const safetyOf = ({ records }: Journal): string =>
  records.flatMap((record) =>
    record.step === "noted" && record.what === "safety-snapshot" ? [record.detail] : [],
  )[0] ?? "";

/** After the exchange: stop what was started, old in, start it again. */
export const goBack = async (
  place: UnderWay,
  said: Sentence,
  recovery: Recovery | null = null,
): Promise<RestoreResult> => {
  const { service, clock, journal, tell, prepared, settleMs } = place;
  const why = english(said);
  // From here on nothing calls it off any more.
  const signal = new AbortController().signal;
  tell("put-back", "begun", { say: "putting-back", why: said });
  const hot = prepared.plan.how === "hot";
  if (!hot) {
    const stopped = await service.stop({
      signal,
      whenOver: "kill",
      ...(settleMs === undefined ? {} : { settleMs }),
    });
    const gone = stopped.outcome === "done" || stopped.outcome === "already" || stopped.outcome === "killed";
    // With nobody to ask, a gateway that is not there is as good as one that was stopped: the guard looks again.
    if (!gone && place.controllable) throw stuck(place, said, stopped.evidence[0] ?? stopped.outcome);
  }
  try {
    await putBack(journal, why, { clock, owner: hot ? "hot" : "must-be-gone" });
  } catch (error) {
    throw stuck(place, said, problemOf(error).message);
  }
  tell("put-back", "done", { say: "old-is-back" });
  const runs = hot || !prepared.wasRunning || (await startAgain(service, tell));
  const readiness = hot || !prepared.wasRunning || !runs ? undefined : await watchReady({ ...place, signal });
  const running = prepared.wasRunning && runs && readiness?.kind !== "failed";
  return { outcome: "rolled-back", why, said, safetySnapshot: place.safety, running, recovery };
};

const stuck = ({ journal }: UnderWay, why: Sentence, what: string): Problem =>
  problemSaid(
    "RESTORE_STUCK",
    { say: "restore-stuck", why, what },
    { advice: { say: "both-states-there", journal: journal.path }, exit: ExitCode.needsPerson },
  );
