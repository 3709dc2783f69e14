import { age, count } from "../../../ground/index.ts";
import { stopsOf, type RestorePlan } from "../../../watch/index.ts";
import { failureIn, hintIn, sayIn, tellIn } from "../language/index.ts";
import { checkWords, lookWords, lossList, planHere, plannedHere } from "../lists/restore.ts";
import { rollbackHere } from "../lists/rollback.ts";
import { backWords, downtimeWords, goneWords } from "../panes/restore.ts";
import { failedStartWords } from "../panes/restore-told.ts";
import { rollbackFields } from "../panes/rollback.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { RestoreRun, StepSeen } from "../state/restore-run.ts";
import type { Rollback } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";
import { makeLook } from "../theme/index.ts";

/**
 * What has changed on the way back between two moments of the console behind the lines: a plan that is there, a question,
 * a step that was done, and how it ended. Each is said once, in the order in which one would tell it.
 */
export const wayBackNews = (before: ConsoleModel, after: ConsoleModel): readonly string[] => {
  if (before === after) return [];
  return [
    ...planNews(before, after),
    ...rollbackNews(before, after),
    ...[...after.takeback.runs.values()].flatMap((run) =>
      runNews(before.takeback.runs.get(run.gateway), run, after),
    ),
    ...questionNews(before, after),
    ...toastNews(before, after),
  ];
};

const planNews = (before: ConsoleModel, after: ConsoleModel): readonly string[] => {
  const planned = plannedHere(after);
  if (planned === undefined || planned.kind === "running" || planned === plannedHere(before)) return [];
  const { restore } = after.setting.texts;
  const plan = planHere(after);
  return planned.kind === "failed"
    ? [restore.failed(failureIn(after.setting.texts, planned))]
    : plan === undefined
      ? []
      : planLines(plan, after);
};

/** So many things that change are read out; the rest is counted. */
const lossesTold = 8;

const planLines = (plan: RestorePlan, model: ConsoleModel): readonly string[] => {
  const { texts } = model.setting;
  const { restore, plain } = texts;
  const { facts } = restore;
  const of = (verdict: string): number => plan.preflight.filter((each) => each.verdict === verdict).length;
  const { rows } = lossList.view(model);
  const gone = goneWords(plan, model);
  const taken = model.vault.listed.find(({ id }) => id === plan.snapshot.id)?.at;
  const since = taken === undefined ? "" : restore.taken(age(Math.max(0, model.watch.now - taken)));
  const stops = stopsOf(plan);
  return [
    plain.plan(plan.gateway, plan.snapshot.id, since),
    labelled(facts.back, backWords(plan, model).join(", ")),
    labelled(facts.gone, gone.length === 0 ? restore.gone.nothing : gone.join(", ")),
    ...rows.slice(0, lossesTold).map(({ what, how }) => `${what}: ${how}`),
    ...(rows.length > lossesTold ? [plain.more(count(rows.length - lossesTold))] : []),
    labelled(facts.saved, restore.saved),
    labelled(facts.downtime, downtimeWords(plan, model)),
    `${restore.preflight}: ${restore.preflightCount(of("pass"), of("warn"), of("stop"))}`,
    ...plan.preflight
      .filter(({ verdict }) => verdict !== "pass")
      .map((item) => {
        const { why, wayOut } = lookWords(texts, item);
        const check = restore.checks[item.check] ?? item.check;
        return `${restore.verdicts[item.verdict]}: ${check}: ${why}${wayOut === undefined ? "" : `. ${wayOut}`}`;
      }),
    ...(stops.length > 0 ? restore.headlines.stops(stops.length).slice(0, 1) : [plain.goHint]),
  ];
};

/** A name in capitals is read out letter by letter. */
const labelled = (name: string, value: string): string => `${name.toLowerCase()}: ${value}`;

const silent = makeLook({ theme: "mono", depth: "mono", ascii: true });

const rollbackNews = (before: ConsoleModel, after: ConsoleModel): readonly string[] => {
  const rollback = rollbackHere(after);
  const place = placeOf(after.view);
  if (place.screen !== "rollback" || rollback === undefined || rollback === rollbackHere(before)) return [];
  if (!isTold(rollback)) return [];
  const { plain } = after.setting.texts;
  return [
    // A sign before a sentence says nothing to who listens.
    ...rollbackFields(rollback, place, after, silent)
      .filter(({ name }) => !isKeyHint(name, after))
      .map(({ name, value }) => (name.length < 2 ? value : labelled(name, value))),
    ...(rollback.kind === "planned" ? [plain.goHint] : []),
    ...(rollback.kind === "done" && !rollback.undone ? [plain.undoHint] : []),
  ];
};

/** What names a key is of no use where words are typed: the words are said instead. */
const isKeyHint = (name: string, { setting }: ConsoleModel): boolean => {
  const { facts } = setting.texts.rollback;
  return name === facts.undo || name === facts.proof;
};

/** That it is being looked for, or goes on, has been said when it was asked for. */
const isTold = ({ kind }: Rollback): boolean => kind !== "looking" && kind !== "going";

const questionNews = (before: ConsoleModel, after: ConsoleModel): readonly string[] => {
  const { dialog } = after.view;
  if (dialog === undefined || before.view.dialog !== undefined) return [];
  const { plain, keys } = after.setting.texts;
  return [
    dialog.title,
    ...dialog.says,
    ...(dialog.facts ?? [])
      .filter(([name]) => !isKeyHint(name, after))
      .map(([name, value]) => labelled(name, value)),
    ...(dialog.command === undefined ? [] : [`${keys.byHand}: ${dialog.command}`]),
    ...(dialog.needs.kind === "y" ? [plain.askY] : []),
    ...(dialog.needs.kind === "name" ? [plain.askName(dialog.needs.name)] : []),
  ];
};

const toastNews = (before: ConsoleModel, after: ConsoleModel): readonly string[] => {
  const { toast } = after.view;
  return toast === undefined || toast === before.view.toast ? [] : [toast.text];
};

const runNews = (before: RestoreRun | undefined, run: RestoreRun, model: ConsoleModel): readonly string[] => {
  if (before === run) return [];
  const { run: words } = model.setting.texts.restore;
  const isNew = before?.begunAt !== run.begunAt;
  const title = run.doing === "restoring" ? words.restoring : words.puttingBack;
  return [
    ...(isNew && run.end === undefined && run.process === undefined
      ? [title(run.gateway, run.snapshot)]
      : []),
    ...run.steps.flatMap((step, place) =>
      stepNews(isNew ? undefined : before?.steps[place], step, run, model),
    ),
    ...(run.end !== undefined && run.end !== before?.end ? endLines(run, model) : []),
    ...(run.failedStart === before?.failedStart ? [] : [failedStartWords(run, model) ?? ""]),
  ];
};

/** A gateway that finishes its work is told of that often. */
const drainToldEveryMs = 15_000;

const stepNews = (
  before: StepSeen | undefined,
  step: StepSeen,
  run: RestoreRun,
  { setting }: ConsoleModel,
): readonly string[] => {
  const { texts } = setting;
  const { restore, plain } = texts;
  const name = restore.steps[step.step];
  const words = sayIn(texts, step.said, step.detail);
  if (before?.state === step.state && step.state !== "going-on") return [];
  switch (step.state) {
    case "begun":
      return [`${name}: ${words}`];
    case "going-on": {
      if (step.drain === undefined) return before?.drain === undefined ? [] : [`${name}: ${words}`];
      const { elapsedMs, budgetMs, killable } = step.drain;
      const turn = (ms: number): number => Math.floor(ms / drainToldEveryMs);
      if (before?.drain !== undefined && turn(before.drain.elapsedMs) === turn(elapsedMs)) return [];
      const drain = restore.amounts.drain(age(elapsedMs), age(budgetMs));
      return [killable ? `${drain}. ${plain.hurryHint(run.gateway)}` : drain];
    }
    case "done":
    case "skipped":
      return [plain.stepDone(name, words)];
    case "failed":
      return [plain.stepFailed(name, words)];
  }
};

/** What became of a restore, a line at a time. */
export const endLines = (run: RestoreRun, { setting }: ConsoleModel): readonly string[] => {
  const { texts } = setting;
  const { ended, run: words, things, checkVerdicts } = texts.restore;
  const { end, gateway, snapshot, safetySnapshot, recovered } = run;
  const found = recovered === undefined ? [] : [`${gateway}: ${recovered}`];
  const checks = end?.kind === "waiting" || end?.kind === "put-back" ? (end.recovery?.checks ?? []) : [];
  const compared = checks.map(
    (check) => `${things[check.what]}: ${checkVerdicts[check.verdict]}, ${checkWords(texts, check)}`,
  );
  const safety = safetySnapshot === undefined ? [] : [ended.safety(safetySnapshot)];
  switch (end?.kind) {
    case undefined:
      return [];
    case "waiting":
      return [
        ...found,
        words.restored(gateway, snapshot),
        ...compared,
        ...end.warnings.map((each) => tellIn(texts, each)),
        ...(end.isStarted ? [] : [ended.notStarted]),
        ...safety,
        texts.plain.waits(gateway),
      ];
    case "accepted":
      return [ended.accepted(safetySnapshot ?? "?")];
    case "put-back":
      return [
        ...found,
        words.notRestored(gateway, snapshot),
        ...compared,
        ended.putBack(failureIn(texts, end)),
        end.running ? ended.running : ended.stopped(gateway),
        ...safety,
      ];
    case "called-off":
      return [
        ...found,
        ended.calledOff(failureIn(texts, end)),
        ...(end.running ? [] : [ended.stopped(gateway)]),
      ];
    case "failed":
      return [
        ended.broken(failureIn(texts, end)),
        ...(end.hint === undefined ? [] : [hintIn(texts, { hint: end.hint, advice: end.advice })]),
      ];
  }
};
