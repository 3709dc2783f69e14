import { focusedPane } from "../screens/arrange.ts";
import { listIdOf } from "../panes/pane.ts";
import { filterOf } from "../state/filter.ts";
import { listKey, listState } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import { moved } from "./moving.ts";
import { refused, said, seen, type Step } from "./step.ts";

/** Looking for something in a list while all of it stays in sight: what stands around it is half of the answer. */

export const startedFind = (model: ConsoleModel): Step => {
  const pane = focusedPane(model)?.what;
  if (pane?.body.kind !== "list") return refused(model, model.setting.texts.keys.nothingToFilter);
  return seen(model, { prompt: { kind: "find", list: listKey(model, listIdOf(pane)), text: "" } });
};

const isError = filterOf("level:error");

export const found = (model: ConsoleModel, what: "words" | "error", way: -1 | 1 | "first"): Step => {
  const { keys } = model.setting.texts;
  const body = focusedPane(model)?.what.body;
  if (body?.kind !== "list") return refused(model, keys.nothingToFilter);
  const { list } = body;
  const { find } = listState(model, list.id);
  if (what === "words" && find.trim() === "") return refused(model, keys.nothingLookedFor);
  const { index } = list.view(model);
  // What grows at its end is read from there backwards.
  const by = way !== "first" ? way : list.follows ? -1 : 1;
  const next = list.indexOf(
    model,
    what === "error" ? (row) => row.level !== undefined && isError(row) : filterOf(find),
    by,
  );
  if (next === undefined) return refused(model, what === "error" ? keys.noErrorHere : keys.notFound(find));
  const step = moved(model, () => next);
  const wentRound = by === 1 ? next <= index : next >= index;
  return wentRound ? { ...step, model: said(step.model, keys.wentRound) } : step;
};
