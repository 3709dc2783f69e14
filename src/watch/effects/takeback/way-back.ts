import { abandon, putBack, type Journal } from "../../../core/index.ts";
import { ExitCode, problemOf, type Problem } from "../../../ground/index.ts";
import { english, failureOf, problemSaid, type Sentence } from "../../sentences/index.ts";
import type { Recovery } from "../../takeback/verify-recovery.ts";
import { isStillDraining, runAgain, type WatchReady } from "./drive-gateway.ts";
import type { RestoreInPlaceOptions, RestoreResult, Tell, UnderWay } from "./under-way.ts";

/** Before the exchange: what was staged goes, and the gateway runs again when it ran. */
export const callOff = async (
  options: RestoreInPlaceOptions,
  journal: Journal,
  stopped: boolean,
  error: unknown,
  tell: Tell,
): Promise<RestoreResult> => {
  const { clock, prepared } = options;
  const place = { ...options, tell };
  const why = whyNot(options, error, "restore-called-off");
  const { said } = failureOf(why);
  if (journal.records.some(({ step }) => step === "swapping")) {
    // Some of it may have moved: the journal knows, and puts it back.
    return await goBack({ ...place, journal, safety: safetyOf(journal) }, said);
  }
  let left: unknown;
  try {
    abandon(journal, why.message, clock);
  } catch (failure) {
    // What lies there the next command of ours takes away; a gateway that we stopped does not wait for that.
    left = failure;
  }
  const stands = stopped ? await afterStop(place, error) : undefined;
  if (left !== undefined) throw withState(problemOf(left), stands);
  if (why.exit !== ExitCode.interrupted) throw withState(why, stands);
  const running = stands === undefined ? prepared.wasRunning : stands.say === "runs-as-before";
  return { outcome: "called-off", why: why.message, said, running };
};

/** Why it goes no further: somebody called it off, or it failed. */
export const whyNot = (
  { signal }: Pick<RestoreInPlaceOptions, "signal">,
  error: unknown,
  calledOff: "restore-called-off" | "rollback-called-off",
): Problem =>
  signal.aborted && !isStillDraining(error)
    ? problemSaid("RESTORE_CALLED_OFF", { say: calledOff }, { exit: ExitCode.interrupted })
    : problemOf(error);

/** How a gateway that was asked to stop stands when that was for nothing. */
type Stands = Extract<
  Sentence,
  { readonly say: "runs-as-before" | "started-not-yet-ready" | "stopped-start-it" | "drains-start-it" }
>;

/** Nothing has moved, so what we stopped runs again; while it still drains, that is for a person to do. */
export const afterStop = async (place: WatchReady, error: unknown): Promise<Stands> => {
  const gateway = place.settings.name;
  if (isStillDraining(error)) return { say: "drains-start-it", gateway };
  switch (await runAgain(place)) {
    case "ready":
      return { say: "runs-as-before" };
    case "not-ready":
      return { say: "started-not-yet-ready", gateway };
    case "stopped":
      return { say: "stopped-start-it", gateway };
  }
};

/** What to do, and how the gateway stands by now: who reads of a full disk wants to know that first. */
export const withState = (problem: Problem, stands: Stands | undefined): Problem => {
  const { said, advice } = failureOf(problem);
  const untouched: Sentence = { say: "nothing-live-changed" };
  return problemSaid(problem.code, said, {
    advice: inTurn(advice ?? untouched, stands ?? (advice && untouched)),
    exit: stands === undefined || stands.say === "runs-as-before" ? problem.exit : ExitCode.needsPerson,
    cause: problem,
  });
};

const inTurn = (first: Sentence, second: Sentence | undefined): Sentence =>
  second === undefined ? first : { say: "with-advice", first, second };

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
  const running = prepared.wasRunning && (hot || (await runAgain(place)) === "ready");
  return { outcome: "rolled-back", why, said, safetySnapshot: place.safety, running, recovery };
};

const stuck = ({ journal, settings }: UnderWay, why: Sentence, what: string): Problem =>
  problemSaid(
    "RESTORE_STUCK",
    { say: "restore-stuck", why, what },
    {
      advice: { say: "both-states-there", gateway: settings.name, journal: journal.path },
      exit: ExitCode.needsPerson,
    },
  );
