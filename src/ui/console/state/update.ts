import { age } from "../../../ground/index.ts";
import type { Action } from "./action.ts";
import { selectedIndex, visibleFleet } from "./fleet.ts";
import { fleetLayout } from "./layout.ts";
import type { ConsoleModel } from "./model.ts";
import { erased, typed } from "./prompt.ts";
import { placeOf, type Prompt, type View } from "./view.ts";

/** Two presses of ctrl-c this close together end the console from anywhere. */
const quitWithinMs = 2_000;
const toastMs = 4_000;

/** What an action does to the screen. Pure; what it does to the world is an event for watch. */
export const act = (model: ConsoleModel, action: Action): ConsoleModel => {
  const view = next(model, action);
  return view === model.view ? model : { ...model, view };
};

const next = (model: ConsoleModel, action: Action): View => {
  const { view } = model;
  switch (action.kind) {
    case "resize":
      return { ...view, columns: action.columns, rows: action.rows };
    case "move":
      return moved(model, (at) => at + action.by);
    case "move-to":
      return moved(model, (_at, last) => (action.end === "first" ? 0 : last));
    case "page":
      return moved(model, (at) => at + action.by * pageOf(model, action.half));
    case "open-help":
      return placeOf(view).screen === "help"
        ? view
        : { ...view, places: [...view.places, { screen: "help" }], scroll: 0 };
    case "go-back":
      return back(view);
    case "start-filter":
      return { ...view, prompt: { kind: "filter", text: view.filter, before: view.filter } };
    case "start-palette":
      return { ...view, prompt: { kind: "palette", text: "", selected: 0 } };
    case "type":
      return withPrompt(view, (prompt) => typed(prompt, action.text));
    case "erase":
      return withPrompt(view, (prompt) => erased(prompt, action.what));
    case "choose":
      return withPrompt(view, (prompt) =>
        prompt.kind === "palette"
          ? { ...prompt, selected: Math.max(0, prompt.selected + action.by) }
          : prompt,
      );
    case "accept":
      return { ...view, prompt: undefined };
    case "cancel":
      return view.prompt?.kind === "filter"
        ? { ...view, prompt: undefined, filter: view.prompt.before }
        : { ...view, prompt: undefined };
    case "repaint":
      return view;
    case "say":
      return { ...view, toast: { text: action.text, until: model.watch.now + toastMs } };
    case "quit":
      return { ...view, ended: true };
    case "ask-quit":
      return askQuit(model);
  }
};

/** A filter works while it is typed. */
const withPrompt = (view: View, change: (prompt: Prompt) => Prompt): View => {
  if (view.prompt === undefined) return view;
  const prompt = change(view.prompt);
  return prompt.kind === "filter" ? { ...view, prompt, filter: prompt.text } : { ...view, prompt };
};

const moved = (model: ConsoleModel, to: (at: number, last: number) => number): View => {
  const { view } = model;
  if (placeOf(view).screen === "help") {
    return { ...view, scroll: Math.max(0, to(view.scroll, Number.MAX_SAFE_INTEGER - view.rows)) };
  }
  const rows = visibleFleet(model);
  const last = rows.length - 1;
  if (last < 0) return view;
  const at = Math.max(0, Math.min(last, to(selectedIndex(rows, view.selectedGateway), last)));
  const name = rows[at]?.name;
  return name === view.selectedGateway ? view : { ...view, selectedGateway: name };
};

const pageOf = ({ view, watch }: ConsoleModel, half: boolean): number => {
  const rows =
    placeOf(view).screen === "help" ? view.rows - 3 : fleetLayout(view, watch.gateways.length).table - 1;
  return Math.max(1, half ? Math.floor(rows / 2) : rows);
};

/** Esc takes back one thing at a time: the filter first, then the place. At the root there is nothing to leave. */
const back = (view: View): View => {
  const [root, ...rest] = view.places;
  if (rest.length > 0) return { ...view, places: [root, ...rest.slice(0, -1)], scroll: 0 };
  return view.filter === "" ? view : { ...view, filter: "" };
};

const askQuit = ({ view, watch }: ConsoleModel): View => {
  const { now } = watch;
  if (view.quitAskedAt !== undefined && now - view.quitAskedAt < quitWithinMs)
    return { ...view, ended: true };
  return {
    ...view,
    prompt: undefined,
    quitAskedAt: now,
    toast: { text: `ctrl-c again within ${age(quitWithinMs)} quits`, until: now + quitWithinMs },
  };
};
