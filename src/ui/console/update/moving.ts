import { listIdOf, type Pane } from "../panes/pane.ts";
import { focusedPane, panesHere } from "../screens/arrange.ts";
import { canMoveIn } from "../panes/pane.ts";
import type { Placed } from "../state/layout.ts";
import { listKey, type List } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import { keyHere } from "../state/view.ts";
import { makeLook } from "../theme/index.ts";
import { refused, said, still, withList, withView, type Step } from "./step.ts";

/** From where one is and the last place there is, to where one goes. */
type Move = (at: number, last: number) => number;

/** How many lines a text has does not depend on its colours. */
export const plainLook = makeLook({ theme: "mono", depth: "mono", ascii: true });

export const moved = (model: ConsoleModel, to: Move): Step => {
  const pane = focusedPane(model);
  return pane === undefined
    ? refused(model, model.setting.texts.keys.nothingToMove)
    : still(movedIn(model, pane, to));
};

export const movedIn = (model: ConsoleModel, pane: Placed<Pane>, to: Move): ConsoleModel => {
  const { body } = pane.what;
  if (body.kind === "list") return movedInList(model, body.list, to);
  return body.kind === "text" ? movedInText(model, pane, to) : model;
};

export const paged = (model: ConsoleModel, by: -1 | 1, half: boolean): Step => {
  const pane = focusedPane(model);
  const rows = Math.max(
    1,
    pane === undefined ? 1 : bodyRows(pane) - (pane.what.body.kind === "list" ? 1 : 0),
  );
  const step = half ? Math.max(1, Math.floor(rows / 2)) : rows;
  return moved(model, (at) => at + by * step);
};

/** Without its title. */
export const bodyRows = ({ what, box }: Placed<Pane>): number =>
  box.height - (what.title === undefined ? 0 : 1);

const movedInList = (model: ConsoleModel, list: List<unknown>, to: Move): ConsoleModel => {
  const { rows, index, following } = list.view(model);
  const last = rows.length - 1;
  if (last < 0) return model;
  const next = Math.max(0, Math.min(last, to(index, last)));
  if (following && next === last) return model;
  const key = list.keyAt(model, next);
  const lastKey = list.keyAt(model, last);
  if (key === undefined) return model;
  return withList(model, listKey(model, list.id), (state) => ({
    ...state,
    selected: { key, index: next },
    // At its end a growing list is followed again; anywhere else it stands still under the reader.
    pausedAt: !list.follows || next === last ? undefined : (state.pausedAt ?? lastKey),
  }));
};

const movedInText = (model: ConsoleModel, pane: Placed<Pane>, to: Move): ConsoleModel => {
  const { body } = pane.what;
  if (body.kind !== "text") return model;
  const lines = body.lines(model, pane.box.width, plainLook).length;
  const last = Math.max(0, lines - bodyRows(pane));
  return withList(model, listKey(model, listIdOf(pane.what)), (state) => ({
    ...state,
    scroll: Math.max(0, Math.min(last, to(Math.min(state.scroll, last), last))),
  }));
};

export const followed = (model: ConsoleModel): Step => {
  const list = focusedListOf(model);
  if (list?.follows !== true) return refused(model, model.setting.texts.keys.nothingToFollow);
  const lastKey = list.keyAt(model, list.view(model).rows.length - 1);
  return still(
    withList(model, listKey(model, list.id), (state) => ({
      ...state,
      selected: undefined,
      pausedAt: state.pausedAt === undefined ? lastKey : undefined,
    })),
  );
};

export const slidBy = (model: ConsoleModel, by: number): Step => {
  const list = focusedListOf(model);
  if (list === undefined) return still(model);
  return still(
    withList(model, listKey(model, list.id), (state) => ({
      ...state,
      sideways: Math.max(0, Math.min(10_000, state.sideways + by)),
    })),
  );
};

/** Through the columns that can be sorted by, and back to the list's own order. Numbers begin with the largest. */
export const sortedBy = (model: ConsoleModel, change: "next" | "reverse"): Step => {
  const { keys } = model.setting.texts;
  const list = focusedListOf(model);
  if (list === undefined || list.sortIds.length === 0) return refused(model, keys.nothingToSort);
  const { sort } = list.view(model).state;
  const next = nextSort(list.sortIds, sort, change);
  const ordered = withList(model, listKey(model, list.id), (state) => ({ ...state, sort: next }));
  return still(said(ordered, next === undefined ? keys.ownOrder : keys.sortedBy(next.by)));
};

const nextSort = (
  ids: readonly string[],
  sort: { readonly by: string; readonly descending: boolean } | undefined,
  change: "next" | "reverse",
) => {
  const [first = ""] = ids;
  if (change === "reverse") {
    return sort === undefined ? { by: first, descending: false } : { ...sort, descending: !sort.descending };
  }
  const at = sort === undefined ? -1 : ids.indexOf(sort.by);
  const by = ids[at + 1];
  return by === undefined ? undefined : { by, descending: true };
};

export const refocused = (model: ConsoleModel, by: -1 | 1): Step => {
  const movable = panesHere(model)
    .map(({ what }) => what)
    .filter(canMoveIn);
  const at = movable.findIndex(({ id }) => id === focusedPane(model)?.what.id);
  const next = movable[(at + by + movable.length) % Math.max(1, movable.length)];
  if (next === undefined) return still(model);
  const focus = new Map(model.view.focus);
  focus.set(keyHere(model.view), next.id);
  return still(withView(model, { focus }));
};

const focusedListOf = (model: ConsoleModel): List<unknown> | undefined => {
  const body = focusedPane(model)?.what.body;
  return body?.kind === "list" ? body.list : undefined;
};

/**
 * A row that is shown as selected is selected: it stays so when another comes before it. Otherwise a new alert at the
 * top would be under the finger that was meant for the one below.
 */
export const pinned = (model: ConsoleModel): ConsoleModel => {
  let after = model;
  for (const { what } of panesHere(model)) {
    if (what.body.kind !== "list" || what.body.list.follows) continue;
    const { list } = what.body;
    if (list.view(after).state.selected !== undefined) continue;
    const key = list.keyAt(after, 0);
    if (key === undefined) continue;
    after = withList(after, listKey(after, list.id), (state) => ({ ...state, selected: { key, index: 0 } }));
  }
  return after;
};
