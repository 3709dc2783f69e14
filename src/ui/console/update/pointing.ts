import { canMoveIn, type Pane } from "../panes/pane.ts";
import { focusedPane, panesHere } from "../screens/arrange.ts";
import type { Box, Placed } from "../state/layout.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Place } from "../state/place.ts";
import { keyHere } from "../state/view.ts";
import { openedHere } from "./here.ts";
import { bodyRows, movedIn } from "./moving.ts";
import { turned } from "./places.ts";
import { seen, still, withView, type Step } from "./step.ts";

/** Where the pointer is, from 0. */
type Point = { readonly column: number; readonly row: number };

/** What a pointer does to the pane under it: the same as keys would, only that one need not go there first. */

const isIn = ({ column, row }: Point, { left, top, width, height }: Box): boolean =>
  column >= left && column < left + width && row >= top && row < top + height;

const paneAt = (model: ConsoleModel, point: Point): Placed<Pane> | undefined =>
  panesHere(model).find(({ what, box }) => canMoveIn(what) && isIn(point, box));

/** The part of a gateway, or the section of a comparison, whose name one points at. */
const turnedTo = (model: ConsoleModel, point: Point): Place | undefined => {
  const found = panesHere(model).find(({ box }) => isIn(point, box));
  if (found?.what.body.kind !== "picture") return undefined;
  return found.what.body.turnsTo?.(model, point.column - found.box.left);
};

/** The list moves under the finger, because the chosen row is kept in sight: the place of the click is what counts. */
export const clicked = (model: ConsoleModel, point: Point): Step => {
  const place = turnedTo(model, point);
  if (place !== undefined) return turned(model, place);
  const pane = paneAt(model, point);
  if (pane === undefined) return still(model);
  const wasFocused = focusedPane(model)?.what.id === pane.what.id;
  const focus = new Map(model.view.focus);
  focus.set(keyHere(model.view), pane.what.id);
  const there = withView(model, { focus, clicked: undefined });
  const index = rowAt(there, pane, point.row);
  if (index === undefined || pane.what.body.kind !== "list") return still(there);
  const { list } = pane.what.body;
  const before = list.view(there).index;
  const last = model.view.clicked;
  const isAgain =
    last !== undefined &&
    last.pane === pane.what.id &&
    last.row === point.row &&
    last.key === list.keyAt(there, before);
  if (isAgain || (wasFocused && index === before)) return openedHere(there);
  const chosen = movedIn(there, pane, () => index);
  const key = list.keyAt(chosen, index);
  return seen(chosen, {
    clicked: key === undefined ? undefined : { pane: pane.what.id, row: point.row, key },
  });
};

/** So many rows or lines a notch. */
const notch = 3;

export const wheeled = (model: ConsoleModel, by: -1 | 1, point: Point): Step => {
  const pane = paneAt(model, point);
  return pane === undefined
    ? still(model)
    : still(
        withView(
          movedIn(model, pane, (at) => at + by * notch),
          { clicked: undefined },
        ),
      );
};

const rowAt = (model: ConsoleModel, pane: Placed<Pane>, row: number): number | undefined => {
  const { what, box } = pane;
  if (what.body.kind !== "list") return undefined;
  const rows = bodyRows(pane);
  return what.body.rowAt?.(model, rows, row - box.top - (box.height - rows));
};
