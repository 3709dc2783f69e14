import { focusedList } from "../screens/arrange.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeKey, type Place } from "../state/place.ts";
import { placeOf, type View } from "../state/view.ts";
import { seen, still, withList, type Step } from "./step.ts";

/** Deeper than anybody goes: a chain of links must not grow without end. */
const deepest = 12;

export const opened = (model: ConsoleModel, place: Place): Step => {
  const { places } = model.view;
  const known = places.findIndex((each) => placeKey(each) === placeKey(place));
  if (known === places.length - 1) return still(model);
  // Somewhere we came from already: back to there rather than round in circles.
  const [root, ...rest] = known >= 0 ? places.slice(0, known + 1) : [...places, place];
  if (root === undefined) return still(model);
  const lists = place.screen === "help" ? withoutLists(model.view, place) : model.view.lists;
  return seen(model, { places: [root, ...rest.slice(-deepest)], lists, ...fresh });
};

/** The help is of another screen each time: where one had read to in the last one means nothing in this. */
const withoutLists = ({ lists }: View, place: Place): View["lists"] =>
  new Map([...lists].filter(([key]) => !key.endsWith(`@${placeKey(place)}`)));

export const jumped = (model: ConsoleModel, place: Place): Step =>
  seen(model, {
    places: place.screen === "fleet" ? [place] : [{ screen: "fleet" }, place],
    ...fresh,
  });

export const turned = (model: ConsoleModel, place: Place): Step => {
  const [root, ...rest] = model.view.places;
  return seen(model, { places: rest.length === 0 ? [place] : [root, ...rest.slice(0, -1), place], ...fresh });
};

/** What belongs to one look at one place and does not come along. */
const fresh: Partial<View> = { moment: undefined, prompt: undefined };

/** Esc takes back one thing at a time: the moment, the filter, then the place. At the root there is nothing to leave. */
export const wentBack = (model: ConsoleModel): Step => {
  const { view } = model;
  if (view.moment !== undefined) return seen(model, { moment: undefined });
  const list = focusedList(model);
  if (list !== undefined && (view.lists.get(list)?.filter ?? "") !== "") {
    return still(withList(model, list, (state) => ({ ...state, filter: "" })));
  }
  const filtered = [...view.lists].find(
    ([key, { filter }]) => filter !== "" && key.endsWith(`@${placeKey(placeOf(view))}`),
  );
  if (filtered !== undefined) {
    return still(withList(model, filtered[0], (state) => ({ ...state, filter: "" })));
  }
  const [root, ...rest] = view.places;
  return rest.length === 0 ? still(model) : seen(model, { places: [root, ...rest.slice(0, -1)], ...fresh });
};
