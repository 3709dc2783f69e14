import { age, bytes, count, harmlessLine, spent } from "../../../ground/index.ts";
import { restoreSteps, type RestoreStep } from "../../../watch/index.ts";
import { sayIn } from "../language/index.ts";
import { runShown } from "../lists/restore.ts";
import type { ConsoleModel } from "../state/model.ts";
import { isGoing, type RestoreRun, type StepSeen } from "../state/restore-run.ts";
import type { Look, State } from "../theme/index.ts";
import type { Pane } from "./pane.ts";
import { scopeText } from "./scope-text.ts";

/** Which steps there will be, in the order in which they come. */
const expected: Readonly<Record<RestoreRun["doing"], readonly RestoreStep[]>> = {
  restoring: restoreSteps.filter((step) => step !== "recover" && step !== "put-back"),
  "putting-back": ["safety-snapshot", "stop", "put-back", "start", "ready"],
};

type Line = { readonly step: RestoreStep; readonly seen: StepSeen | undefined };

const linesOf = (run: RestoreRun): readonly Line[] => {
  const seen = run.steps.map((each): Line => ({ step: each.step, seen: each }));
  const isPut = run.doing === "restoring" && run.steps.some(({ step }) => step === "put-back");
  // What will not come any more is not promised.
  if (!isGoing(run) || isPut || run.process !== undefined) return seen;
  const known = new Set(run.steps.map(({ step }) => step));
  return [
    ...seen,
    ...expected[run.doing].filter((step) => !known.has(step)).map((step) => ({ step, seen: undefined })),
  ];
};

const stepStates: Readonly<Record<StepSeen["state"], State>> = {
  begun: "busy",
  "going-on": "busy",
  done: "good",
  skipped: "paused",
  failed: "bad",
};

const stepLine = (
  { step, seen }: Line,
  run: RestoreRun,
  model: ConsoleModel,
  columns: number,
  look: Look,
) => {
  const name = look.fit(model.setting.texts.restore.steps[step], stepColumns);
  if (seen === undefined) {
    return look.paint("text.dim", look.fit(` ${look.symbol("idle")} ${name}`, columns));
  }
  const until = seen.endedAt ?? run.end?.at ?? model.watch.now;
  const time = look.fit(spent(until - seen.begunAt), timeColumns, "right");
  const state = run.end !== undefined && seen.endedAt === undefined ? "warn" : stepStates[seen.state];
  const room = columns - stepColumns - timeColumns - 6;
  const detail = look.fit(detailOf(seen, model, look), Math.max(0, room));
  const words = `${name} ${detail} ${time} `;
  return look.fit(
    ` ${look.sign(state)} ${state === "bad" || state === "busy" ? look.paint(`state.${state}`, words) : words}`,
    columns,
  );
};

const barColumns = 10;

/** What lasts says how far it is, how fast it goes and how long it will still take. */
const detailOf = (
  { step, detail, said, progress, drain, endedAt }: StepSeen,
  model: ConsoleModel,
  look: Look,
): string => {
  const { texts } = model.setting;
  const { amounts } = texts.restore;
  const words =
    step === "recover" && said === undefined
      ? harmlessLine(scopeText(detail, model))
      : harmlessLine(sayIn(texts, said, detail), 500);
  if (endedAt !== undefined) return words;
  if (drain !== undefined) {
    const { elapsedMs, budgetMs } = drain;
    return `${look.bar(elapsedMs / budgetMs, barColumns)} ${amounts.drain(age(elapsedMs), age(budgetMs))}`;
  }
  if (progress?.total === undefined) return words;
  const { done, total, unit, rate, etaMs } = progress;
  const amount = (value: number): string => (unit === "bytes" ? bytes(value) : count(Math.round(value)));
  return [
    `${look.bar(total === 0 ? 1 : done / total, barColumns)} ${amounts.of(amount(done), amount(total))}`,
    ...(rate === undefined ? [] : [amounts.rate(amount(rate))]),
    ...(etaMs === undefined ? [] : [amounts.left(age(etaMs))]),
  ].join(` ${look.symbol("dot")} `);
};

const stepColumns = 16;
const timeColumns = 7;

export const stepRows = (model: ConsoleModel): number => {
  const run = runShown(model);
  return run === undefined ? 0 : linesOf(run).length;
};

/** Step by step, each with what it did and how long it took. */
export const stepsPane: Pane = {
  id: "steps",
  body: {
    kind: "picture",
    paint: (model, { columns, rows }, look) => {
      const run = runShown(model);
      if (run === undefined) return [];
      const lines = linesOf(run);
      // The one that goes on is always in sight; what came before it goes first.
      const now = lines.findLastIndex(({ seen }) => seen !== undefined) + 2;
      const from = Math.max(0, Math.min(lines.length, now) - rows);
      return lines.slice(from, from + rows).map((line) => stepLine(line, run, model, columns, look));
    },
  },
};
