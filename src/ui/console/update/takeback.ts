import { planHere, runShown } from "../lists/restore.ts";
import type { ConsoleEffect } from "../state/effect.ts";
import type { ConsoleModel } from "../state/model.ts";
import { begunRun, isGoing, withRestoreEvent, type RestoreRun } from "../state/restore-run.ts";
import {
  planKey,
  rollbackKey,
  takebackLine,
  type Goal,
  type Rollback,
  type SessionGoal,
  type TakebackNews,
  type TakebackRequest,
  type TakebackState,
} from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";
import { withFailedStarts } from "./failed-starts.ts";
import { said, still, withView, type Step } from "./step.ts";
import { withNewest } from "./with-newest.ts";

/** Plans name every file: so many are remembered, to go back to. */
const plansKept = 4;
const rollbacksKept = 20;

const withRun = (
  state: TakebackState,
  gateway: string,
  change: (run: RestoreRun | undefined) => RestoreRun | undefined,
): TakebackState => {
  const before = state.runs.get(gateway);
  const run = change(before);
  if (run === before) return state;
  const runs = new Map(state.runs);
  if (run === undefined) runs.delete(gateway);
  else runs.set(gateway, run);
  return { ...state, runs };
};

/** What was planned before is no plan any more. */
const withoutPlans = (state: TakebackState, gateway: string): TakebackState => ({
  ...state,
  plans: new Map([...state.plans].filter(([key]) => !key.startsWith(`${gateway}\u0000`))),
});

const withNews = (state: TakebackState, news: TakebackNews): TakebackState => {
  switch (news.kind) {
    case "planned":
      return { ...state, plans: withNewest(state.plans, news.key, news.planned, plansKept) };
    case "begun":
      return withRun(state, news.gateway, (before) => {
        const fresh = begunRun(news, news.at);
        // The way back of a restore that waits: what it was stays to be seen beside it.
        return news.doing === "putting-back" && before !== undefined
          ? {
              ...before,
              doing: "putting-back",
              end: undefined,
              isCutShort: false,
              recovered: undefined,
              begunAt: news.at,
              steps: [],
            }
          : fresh;
      });
    case "event":
      return withRun(state, news.gateway, (run) => run && withRestoreEvent(run, news.event));
    case "safety":
      return withRun(state, news.gateway, (run) => run && { ...run, safetySnapshot: news.snapshot });
    case "ended":
      return withoutPlans(
        withRun(state, news.gateway, (run) => run && { ...run, end: endAfter(run, news) }),
        news.gateway,
      );
    case "found":
      return withoutPlans(
        withRun(state, news.gateway, () => news.run),
        news.gateway,
      );
    case "rollback":
      return { ...state, rollbacks: withNewest(state.rollbacks, news.key, news.rollback, rollbacksKept) };
  }
};

/** A restore that is accepted was over when it began to wait, and was compared then. */
const endAfter = (
  { end: before }: RestoreRun,
  { end, at }: Extract<TakebackNews, { readonly kind: "ended" }>,
): RestoreRun["end"] =>
  end.kind === "accepted" && before?.kind === "waiting"
    ? { kind: "accepted", recovery: before.recovery, at: before.at }
    : { ...end, at };

/** What is found at the start, or done elsewhere, is said once wherever one is. */
const remark = (model: ConsoleModel, news: TakebackNews): string | undefined => {
  const { restore } = model.setting.texts;
  if (news.kind === "found" && news.run !== undefined) {
    const { gateway, snapshot, recovered, end } = news.run;
    if (recovered !== undefined) return `${gateway}: ${recovered}`;
    return end?.kind === "waiting" ? restore.waits(gateway, snapshot) : undefined;
  }
  return undefined;
};

export const heardOfTakeback = (model: ConsoleModel, news: TakebackNews): Step => {
  const takeback = withFailedStarts(withNews(model.takeback, news), model.watch);
  const text = remark(model, news);
  const after = noticed(takeback === model.takeback ? model : { ...model, takeback }, news);
  return still(text === undefined ? after : said(after, text));
};

/** Whoever was told that the plan is being made is told when it is there; the letters of the name may still come. */
const noticed = (model: ConsoleModel, news: TakebackNews): ConsoleModel => {
  const { dialog } = model.view;
  if (dialog?.needs.kind !== "nothing" || planHere(model) === undefined || news.kind !== "planned")
    return model;
  const { plannedTitle, plannedSays } = model.setting.texts.restore;
  return withView(model, { dialog: { ...dialog, title: plannedTitle, says: [plannedSays] } });
};

/** At once, before anything is heard: what was asked for is under way. */
const marked = (model: ConsoleModel, request: TakebackRequest): ConsoleModel => {
  const since = model.watch.now;
  const news = (told: TakebackNews): ConsoleModel => ({
    ...model,
    takeback: withNews(model.takeback, told),
  });
  const goes = (goal: SessionGoal, what: "back" | "undo" | "probe"): ConsoleModel => {
    const key = rollbackKey(goal);
    const known = model.takeback.rollbacks.get(key);
    const rollback: Rollback = { kind: "going", since, what, snapshot: snapshotOf(known) ?? goal.ref };
    return news({ kind: "rollback", key, rollback });
  };
  switch (request.kind) {
    case "plan":
      return news({ kind: "planned", key: planKey(request), planned: { kind: "running", since } });
    case "session-plan":
      return news({ kind: "rollback", key: rollbackKey(request), rollback: { kind: "looking", since } });
    case "session-back":
      return goes(request, "back");
    case "session-undo":
      return goes(request, "undo");
    case "session-probe":
      return goes(request, "probe");
    case "call-off":
      return {
        ...model,
        takeback: withRun(model.takeback, request.gateway, (run) => run && { ...run, isCalledOff: true }),
      };
    case "cut-short":
      return {
        ...model,
        takeback: withRun(model.takeback, request.gateway, (run) => run && { ...run, isCutShort: true }),
      };
    case "restore":
    case "accept":
    case "put-back":
      return model;
  }
};

const snapshotOf = (rollback: Rollback | undefined): string | undefined =>
  rollback !== undefined && "snapshot" in rollback ? rollback.snapshot : undefined;

export const askedTakeback = (model: ConsoleModel, request: TakebackRequest): Step => {
  const effect: ConsoleEffect = {
    kind: "takeback",
    request,
    command: takebackLine(request, model.vault.access),
  };
  return { model: marked(model, request), effects: [effect] };
};

/** A place that shows a plan asks for it, whichever way led there, as soon as there is a vault to ask. */
export const wantedTakeback = (model: ConsoleModel): Step => {
  const place = placeOf(model.view);
  if (model.vault.access.kind !== "open") return still(model);
  if (place.screen === "restore") {
    const { gateway, snapshot, scope } = place;
    const goal: Goal = { gateway, snapshot, scope };
    if (runShown(model) !== undefined || model.takeback.plans.has(planKey(goal))) return still(model);
    return askedTakeback(model, { kind: "plan", ...goal });
  }
  if (place.screen === "rollback") {
    const { gateway, session, ref } = place;
    const goal: SessionGoal = { gateway, session, ref };
    if (model.takeback.rollbacks.has(rollbackKey(goal))) return still(model);
    return askedTakeback(model, { kind: "session-plan", ...goal });
  }
  return still(model);
};

/** The restore that ended here is put away, and what could be done now is looked at anew. */
export const plannedAgain = (model: ConsoleModel): Step => {
  const place = placeOf(model.view);
  if (place.screen !== "restore") return still(model);
  const { gateway, snapshot, scope } = place;
  const takeback = withRun(model.takeback, gateway, (run) =>
    run !== undefined && !isGoing(run) && run.end?.kind !== "waiting" ? undefined : run,
  );
  const after = { ...model, takeback };
  // What is being planned already need not be asked for twice.
  if (after.takeback.plans.get(planKey(place))?.kind === "running") return still(after);
  return runShown(after) === undefined
    ? askedTakeback(after, { kind: "plan", gateway, snapshot, scope })
    : still(after);
};
