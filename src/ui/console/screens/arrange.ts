import { inAscii } from "../panes/ascii.ts";
import { canMoveIn, listIdOf, paintPane, type Pane, type Size } from "../panes/pane.ts";
import { commandAt, paintFooter, type Attended } from "../panes/footer.ts";
import { paintHeader } from "../panes/header.ts";
import { summaryLine } from "../panes/summary.ts";
import { smallest, type Placed } from "../state/layout.ts";
import { listKey } from "../state/list.ts";
import { kept } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { keyHere, placeOf, toastAt } from "../state/view.ts";
import type { CommandId } from "../language/index.ts";
import { makeLook, type Look } from "../theme/index.ts";
import { screens } from "./index.ts";

/** No room for a screen: a line of summary instead, and the last one for what was said or asked. */
export const isTiny = ({ view }: ConsoleModel): boolean =>
  view.columns < smallest.columns || view.rows < smallest.rows;

/** The panes of the screen that is shown, where they stand between header and footer; asked for by each of them. */
export const panesHere = kept((model: ConsoleModel): readonly Placed<Pane>[] => {
  if (isTiny(model)) return [];
  const { view } = model;
  const place = placeOf(view);
  const box = { left: 0, top: 1, width: view.columns, height: view.rows - 2 };
  return screens[place.screen]
    .layout(model, box, place)
    .filter(({ box: { width, height } }) => width > 0 && height > 0);
});

/** The pane the keys move in: the one chosen with Tab, or the one the screen is for. */
export const focusedPane = (model: ConsoleModel): Placed<Pane> | undefined =>
  focusedOf(model, movablePanes(model));

const movablePanes = (model: ConsoleModel): readonly Placed<Pane>[] =>
  panesHere(model).filter(({ what }) => canMoveIn(what));

const focusedOf = (model: ConsoleModel, movable: readonly Placed<Pane>[]): Placed<Pane> | undefined => {
  const chosen = model.view.focus.get(keyHere(model.view));
  return (
    movable.find(({ what }) => what.id === chosen) ?? movable.find(({ what }) => what.first) ?? movable[0]
  );
};

/** Under which key the focused pane remembers what was done to it. */
export const focusedList = (model: ConsoleModel): string | undefined => {
  const pane = focusedPane(model);
  return pane === undefined ? undefined : listKey(model, listIdOf(pane.what));
};

export const crumbsOf = (model: ConsoleModel): readonly string[] =>
  model.view.places.length === 1
    ? crumbsAt(model, 0)
    : model.view.places.flatMap((_place, depth) => (depth === 0 ? [] : crumbsAt(model, depth)));

const crumbsAt = (model: ConsoleModel, depth: number): readonly string[] => {
  const place = model.view.places[depth] ?? placeOf(model.view);
  return screens[place.screen].crumbs(model, place);
};

export const headerLine = (model: ConsoleModel, columns: number, look: Look): string => {
  const place = placeOf(model.view);
  const headline = screens[place.screen].headline?.(model, place);
  return shown(paintHeader({ crumbs: crumbsOf(model), headline }, model, columns, look), look);
};

export const footerLine = (model: ConsoleModel, columns: number, look: Look): string => {
  return shown(paintFooter(model, attendedIn(model), columns, look), look);
};

const attendedIn = (model: ConsoleModel): Attended => {
  const movable = movablePanes(model);
  return { focused: focusedOf(model, movable)?.what, isOneOfMany: movable.length > 1 };
};

/** The command whose key is under the pointer in the last row. */
export const footerCommandAt = (model: ConsoleModel, column: number): CommandId | undefined =>
  isTiny(model) ? undefined : commandAt(model, attendedIn(model), plain, column);

/** Where a key stands does not depend on its colour. */
const plain = makeLook({ theme: "mono", depth: "mono", ascii: true });

/** Whatever a text brings along, a terminal of 7 bits gets 7 bits. */
const shown = (line: string, look: Look): string => (look.ascii ? inAscii(line) : line);

export const paintHere = (pane: Pane, model: ConsoleModel, size: Size, look: Look): readonly string[] => {
  const lines = paintPane(pane, model, size, look, isFocused(pane, model));
  return look.ascii ? lines.map(inAscii) : lines;
};

const isFocused = (pane: Pane, model: ConsoleModel): boolean =>
  canMoveIn(pane) && focusedPane(model)?.what.id === pane.id;

export const tinyLines = (model: ConsoleModel, size: Size, look: Look): readonly string[] =>
  Array.from({ length: size.rows }, (_, row) => {
    if (row === 0) return summaryLine(model.watch, model.setting.texts, size.columns, look);
    return row === size.rows - 1 ? shown(look.fit(saidLast(model), size.columns), look) : "";
  });

const saidLast = ({ view, watch }: ConsoleModel): string =>
  view.dialog?.title ?? toastAt(view, watch.now) ?? "";
