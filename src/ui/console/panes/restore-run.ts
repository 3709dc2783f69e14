import { age, bytes, count, harmlessLine, spent } from "../../../ground/index.ts";
import { restoreSteps, type RestoreStep } from "../../../watch/index.ts";
import { failureIn, hintIn, sayIn, tellIn } from "../language/index.ts";
import { checkList, checkWords, runShown, type CheckRow } from "../lists/restore.ts";
import type { ConsoleModel } from "../state/model.ts";
import {
  drainOf,
  hasFailedStart,
  hasStopped,
  hasSwapped,
  isGoing,
  isGoingBack,
  type RestoreRun,
  type StepSeen,
} from "../state/restore-run.ts";
import { scopeSaid } from "../state/takeback.ts";
import { clawbackLine } from "../state/vault.ts";
import { makeLook, width, type Look, type Role, type State } from "../theme/index.ts";
import type { Pane } from "./pane.ts";
import { tablePane, type Column } from "./table.ts";
import { wrapped } from "./wrap.ts";

const titleOf = (run: RestoreRun, { setting }: ConsoleModel): string => {
  const { run: words } = setting.texts.restore;
  const { gateway, snapshot, end, doing } = run;
  if (doing === "putting-back") return words.puttingBack(gateway, snapshot);
  if (end === undefined) return words.restoring(gateway, snapshot);
  return end.kind === "waiting" || end.kind === "accepted"
    ? words.restored(gateway, snapshot)
    : words.notRestored(gateway, snapshot);
};

const timesOf = (run: RestoreRun, { watch, setting }: ConsoleModel, look: Look): readonly string[] => {
  const { run: words } = setting.texts.restore;
  const { begunAt, end, down } = run;
  const lasted = spent((end?.at ?? watch.now) - begunAt);
  const wasDown =
    down === undefined
      ? end === undefined
        ? []
        : [words.neverDown]
      : down.until === undefined && end === undefined
        ? [look.paint("state.bad", words.down(spent(watch.now - down.from)))]
        : [words.wasDown(spent((down.until ?? end?.at ?? watch.now) - down.from))];
  return [...wasDown, end === undefined ? words.elapsed(lasted) : words.took(lasted)];
};

type Told = { readonly text: string; readonly role: Role };

/** What can be done now, or what came of it: the most important first. */
const toldOf = (run: RestoreRun, model: ConsoleModel): readonly Told[] => {
  const { texts } = model.setting;
  const { ways, ended, run: words } = texts.restore;
  const { end, process, recovered, safetySnapshot } = run;
  const safety: readonly Told[] =
    safetySnapshot === undefined ? [] : [{ text: ended.safety(safetySnapshot), role: "text.secondary" }];
  const found: readonly Told[] =
    recovered === undefined ? [] : [{ text: harmlessLine(recovered), role: "state.warn" }];
  if (end === undefined) {
    if (process !== undefined) return [...found, { text: words.other(process), role: "state.warn" }];
    const way = isGoingBack(run)
      ? ways.back
      : hasSwapped(run)
        ? ways.swapped
        : hasStopped(run)
          ? ways.stopped
          : ways.untouched;
    const drain = run.isCutShort ? undefined : drainOf(run)?.drain;
    return [
      { text: way, role: "key" },
      ...(run.failedStart === undefined ? [] : failedStartTold(run, model)),
      ...(drain?.killable === true ? [{ text: ways.draining, role: "key" as const }] : []),
      { text: ways.elsewhere, role: "text.dim" },
    ];
  }
  switch (end.kind) {
    case "waiting":
      return [
        { text: ended.waiting, role: "key" },
        ...found,
        ...(end.isStarted ? [] : [{ text: ended.notStarted, role: "state.warn" as const }]),
        ...end.warnings.map((each) => ({
          text: harmlessLine(tellIn(texts, each), 1_000),
          role: "state.warn" as const,
        })),
        ...safety,
      ];
    case "accepted":
      return [
        { text: ended.accepted(safetySnapshot ?? "?"), role: "state.good" },
        { text: ended.again, role: "text.dim" },
      ];
    case "put-back":
      return [
        { text: ended.putBack(failureIn(texts, end)), role: "state.warn" },
        ...failedStartTold(run, model),
        end.running
          ? { text: ended.running, role: "state.good" }
          : { text: ended.stopped(run.gateway), role: "state.bad" },
        ...safety,
        { text: ended.again, role: "text.dim" },
      ];
    case "called-off":
      return [
        { text: ended.calledOff(failureIn(texts, end)), role: "state.warn" },
        ...(end.running ? [] : [{ text: ended.stopped(run.gateway), role: "state.bad" as const }]),
        ...found,
        { text: ended.again, role: "text.dim" },
      ];
    case "failed":
      return [
        { text: ended.broken(failureIn(texts, end)), role: "state.bad" },
        ...failedStartTold(run, model),
        ...(end.hint === undefined
          ? []
          : [{ text: hintIn(texts, { hint: end.hint, advice: end.advice }), role: "state.warn" as const }]),
        { text: ended.again, role: "text.dim" },
      ];
  }
};

/** Why it did not come up, in the gateway's own words; until they are heard, where they stand. */
const failedStartTold = (run: RestoreRun, model: ConsoleModel): readonly Told[] => {
  if (!hasFailedStart(run)) return [];
  const words = failedStartWords(run, model);
  return words === undefined
    ? [{ text: model.setting.texts.restore.ended.logByHand(logLine(run, model)), role: "text.secondary" }]
    : [{ text: words, role: "state.bad" }];
};

export const failedStartWords = (
  { failedStart }: RestoreRun,
  { setting }: ConsoleModel,
): string | undefined => {
  if (failedStart === undefined) return undefined;
  const { at, subsystem, message } = failedStart;
  return setting.texts.restore.ended.logSays(setting.time.clock(at), subsystem, harmlessLine(message, 300));
};

const logLine = ({ gateway }: RestoreRun, { vault }: ConsoleModel): string =>
  clawbackLine(vault.access, "logs", "--gateway", gateway, "--level", "error");

/** What is going on, for how long, how long nobody was served, and the way out at this moment. */
export const runHead: Pane = {
  id: "run-head",
  body: {
    kind: "picture",
    paint: (model, { columns, rows }, look) => headLines(model, columns, look).slice(0, rows),
  },
};

/** How many lines the head needs now. */
export const runHeadRows = (model: ConsoleModel, columns: number): number =>
  headLines(model, columns, countingLook).length;

/** How many lines a text has does not depend on its colours. */
const countingLook = makeLook({ theme: "mono", depth: "mono", ascii: true });

const headLines = (model: ConsoleModel, columns: number, look: Look): readonly string[] => {
  const run = runShown(model);
  if (run === undefined) return [];
  const dot = ` ${look.symbol("dot")} `;
  const scope = harmlessLine(scopeText(run.scope, model), 60);
  const first = [
    look.paint("text.strong", titleOf(run, model)),
    ...timesOf(run, model, look),
    ...(scope === "" ? [] : [scope]),
  ];
  // What does not fit whole is left out, from the end: the steps tell of it as well.
  while (first.length > 1 && width(first.join(dot)) >= columns) first.pop();
  const told = toldOf(run, model).flatMap(({ text, role }) =>
    wrapped(text, Math.max(1, columns - 2)).map((line) => ` ${look.paint(role, line)}`),
  );
  return [` ${first.join(dot)}`, ...told].map((line) => look.fit(line, columns));
};

/** What goes back, in the language of whoever reads it. */
const scopeText = (words: string, { setting: { texts } }: ConsoleModel): string => {
  const said = scopeSaid(words);
  if (said === undefined) return words;
  const named = (classes: readonly string[]): string =>
    classes.map((each) => texts.restore.scopes[each] ?? each).join(texts.words.comma);
  return texts.restore.scopeSaid(named(said.only), named(said.except));
};

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

const checkStates: Readonly<Record<CheckRow["verdict"], State>> = {
  same: "good",
  differs: "bad",
  unknown: "unknown",
};

/** All that was compared has seldom room: how it came out is told at its head. */
const verificationTitle = (model: ConsoleModel): readonly string[] => {
  const { verification, verified } = model.setting.texts.restore;
  const { rows } = checkList.view(model);
  const many = (wanted: CheckRow["verdict"]): number =>
    rows.filter(({ verdict }) => verdict === wanted).length;
  return rows.length === 0
    ? [verification]
    : [verification, verified(many("same"), many("differs"), many("unknown"))];
};

/** What was compared with the snapshot when it ran again. */
export const checkTable = tablePane<CheckRow>({
  id: "checks",
  first: true,
  title: verificationTitle,
  list: checkList,
  heads: false,
  whenEmpty: (model) => {
    const { noChecks, notChecked } = model.setting.texts.restore;
    const run = runShown(model);
    return run === undefined || isGoing(run) ? noChecks : notChecked;
  },
  columns: ({ setting }, look): readonly Column<CheckRow>[] => [
    {
      id: "verdict",
      title: "",
      width: 11,
      dispensable: 0,
      cell: ({ verdict }) => ({
        text: `${look.symbol(checkStates[verdict])} ${setting.texts.restore.checkVerdicts[verdict]}`,
        role: `state.${checkStates[verdict]}`,
      }),
    },
    {
      id: "what",
      title: "",
      width: 10,
      dispensable: 0,
      cell: ({ what }) => ({ text: setting.texts.restore.things[what] }),
    },
    {
      id: "evidence",
      title: "",
      width: 30,
      dispensable: 0,
      grows: true,
      slides: true,
      cell: (check) => ({ text: checkWords(setting.texts, check) }),
    },
  ],
});
