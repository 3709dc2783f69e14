import { harmlessLine, spent } from "../../../ground/index.ts";
import { runShown } from "../lists/restore.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { RestoreRun } from "../state/restore-run.ts";
import { makeLook, width, type Look } from "../theme/index.ts";
import type { Pane } from "./pane.ts";
import { toldOf } from "./restore-told.ts";
import { scopeText } from "./scope-text.ts";
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
