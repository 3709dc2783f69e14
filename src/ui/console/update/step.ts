import type { ConsoleEffect } from "../state/effect.ts";
import { freshList, type ListState } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import { keyHere, type View } from "../state/view.ts";

/** What an action makes of the console, and what it asks of the world. */
export type Step = { readonly model: ConsoleModel; readonly effects: readonly ConsoleEffect[] };

const none: readonly ConsoleEffect[] = [];

export const still = (model: ConsoleModel): Step => ({ model, effects: none });

export const seen = (model: ConsoleModel, change: Partial<View>): Step => still(withView(model, change));

export const withView = (model: ConsoleModel, change: Partial<View>): ConsoleModel => ({
  ...model,
  view: { ...model.view, ...change },
});

const toastMs = 4_000;

/** What came of something: it is told wherever one looks meanwhile. */
export const said = (model: ConsoleModel, text: string): ConsoleModel =>
  withView(model, { toast: { text, until: model.watch.now + toastMs } });

/** Why a key did nothing: that is told where it was pressed. */
export const refused = (model: ConsoleModel, text: string): Step =>
  seen(model, { toast: { text, until: model.watch.now + toastMs, at: keyHere(model.view) } });

/** Of more lists than anybody visits, the longest unused are forgotten. */
const listsKept = 200;

export const withList = (
  model: ConsoleModel,
  key: string,
  change: (state: ListState) => ListState,
): ConsoleModel => {
  const before = model.view.lists.get(key) ?? freshList;
  const after = change(before);
  if (after === before) return model;
  const lists = new Map(model.view.lists);
  lists.delete(key);
  lists.set(key, after);
  for (const oldest of lists.keys()) {
    if (lists.size <= listsKept) break;
    lists.delete(oldest);
  }
  return withView(model, { lists });
};
