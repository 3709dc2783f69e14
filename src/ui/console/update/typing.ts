import { focusedPane } from "../screens/arrange.ts";
import { listIdOf } from "../panes/pane.ts";
import { isConfirmed } from "../state/dialog.ts";
import { listKey, listState } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import { extended, retyped, shortened } from "../state/prompt.ts";
import type { Prompt } from "../state/view.ts";
import { refused, seen, still, withList, withView, type Step } from "./step.ts";

/** Lines being typed: a filter, a command, a note, the name that lets something happen. */

export const startedFilter = (model: ConsoleModel): Step => {
  const pane = focusedPane(model)?.what;
  if (pane?.body.kind !== "list") return refused(model, model.setting.texts.keys.nothingToFilter);
  const { filter } = listState(model, listIdOf(pane));
  return seen(model, {
    prompt: { kind: "filter", list: listKey(model, listIdOf(pane)), text: filter, before: filter },
  });
};

export const typedMore = (model: ConsoleModel, text: string): Step =>
  retypedLine(model, (old) => extended(old, text));

export const typedLess = (model: ConsoleModel, what: "letter" | "word" | "line"): Step =>
  retypedLine(model, (old) => shortened(old, what));

const retypedLine = (model: ConsoleModel, change: (text: string) => string): Step => {
  const { dialog, prompt } = model.view;
  if (dialog !== undefined) return seen(model, { dialog: { ...dialog, typed: change(dialog.typed) } });
  if (prompt === undefined) return still(model);
  const next = retyped(prompt, change(prompt.text));
  return still(withView(withFilter(model, next, next.text), { prompt: next }));
};

/** A filter works while it is typed. */
const withFilter = (model: ConsoleModel, prompt: Prompt, filter: string): ConsoleModel =>
  prompt.kind === "filter" ? withList(model, prompt.list, (state) => ({ ...state, filter })) : model;

export const chose = (model: ConsoleModel, by: number): Step => {
  const { prompt } = model.view;
  return prompt?.kind === "palette"
    ? seen(model, { prompt: { ...prompt, selected: Math.max(0, prompt.selected + by) } })
    : still(model);
};

export const accepted = (model: ConsoleModel): Step => {
  const { prompt } = model.view;
  const looking =
    prompt?.kind === "find"
      ? withList(model, prompt.list, (state) => ({ ...state, find: prompt.text }))
      : model;
  return seen(looking, { prompt: undefined });
};

export const cancelled = (model: ConsoleModel): Step => {
  const { dialog, prompt } = model.view;
  if (dialog !== undefined) return seen(model, { dialog: undefined });
  if (prompt === undefined) return still(model);
  const before = prompt.kind === "filter" ? prompt.before : "";
  return still(withView(withFilter(model, prompt, before), { prompt: undefined }));
};

/** Whether the open decision may be taken: by the `y` that dispatch has seen, or by what was typed. */
export const mayConfirm = (model: ConsoleModel): boolean => {
  const { dialog } = model.view;
  return dialog !== undefined && (dialog.needs.kind === "y" || isConfirmed(dialog));
};
