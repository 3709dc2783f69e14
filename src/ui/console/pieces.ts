import { footerLine, headerLine, isTiny, paintHere, panesHere, tinyLines } from "./screens/arrange.ts";
import type { Pane } from "./panes/pane.ts";
import type { Box } from "./state/layout.ts";
import type { ConsoleModel } from "./state/model.ts";
import type { PanePainter } from "./terminal/index.ts";

/** A part of the screen and who paints it. */
export type Piece = { readonly id: string; readonly box: Box; readonly paint: PanePainter<ConsoleModel> };

export const paintTiny: Piece["paint"] = (model, size, look) => tinyLines(model, size, look);
export const paintHeader: Piece["paint"] = (model, { columns }, look) => [headerLine(model, columns, look)];
export const paintFooter: Piece["paint"] = (model, { columns }, look) => [footerLine(model, columns, look)];

const painters = new WeakMap<Pane, Piece["paint"]>();

/** One painter for each pane, so that a pane which stays where it is stays as it is. */
export const painterOf = (pane: Pane): Piece["paint"] => {
  const known = painters.get(pane);
  if (known !== undefined) return known;
  const painter: Piece["paint"] = (model, size, look) => paintHere(pane, model, size, look);
  painters.set(pane, painter);
  return painter;
};

/** The whole screen in pieces, for whoever draws it without React. */
export const piecesOf = (model: ConsoleModel): readonly Piece[] => {
  const { columns, rows } = model.view;
  const whole = { left: 0, top: 0, width: columns, height: rows };
  if (isTiny(model)) return [{ id: "tiny", box: whole, paint: paintTiny }];
  return [
    { id: "header", box: { ...whole, height: 1 }, paint: paintHeader },
    ...panesHere(model).map(({ what, box }) => ({ id: what.id, box, paint: painterOf(what) })),
    { id: "footer", box: { ...whole, top: rows - 1, height: 1 }, paint: paintFooter },
  ];
};
