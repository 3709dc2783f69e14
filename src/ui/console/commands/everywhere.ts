import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";

/** What belongs to the console itself rather than to a screen. */
export const everywhere: readonly ConsoleCommand[] = [
  {
    id: "palette",
    keys: [":"],
    risk: "none",
    where: "everywhere",
    footer: 70,
    run: () => [{ kind: "start-palette" }],
  },
  {
    id: "help",
    keys: ["?", "F1"],
    risk: "none",
    where: "everywhere",
    footer: 80,
    // The key that brought it takes it away again.
    run: ({ view }) =>
      placeOf(view).screen === "help" ? [{ kind: "go-back" }] : [{ kind: "open", place: { screen: "help" } }],
  },
  {
    id: "back",
    keys: ["Esc"],
    risk: "none",
    where: "everywhere",
    footer: 75,
    disabledReason: ({ view, setting }) =>
      view.places.length === 1 && !isFiltered(view) ? setting.texts.keys.firstScreen : undefined,
    run: () => [{ kind: "go-back" }],
  },
  { id: "mouse", keys: [], risk: "none", where: "everywhere", run: () => [{ kind: "toggle-mouse" }] },
  {
    id: "about",
    keys: [],
    risk: "none",
    where: "everywhere",
    run: () => [{ kind: "open", place: { screen: "about" } }],
  },
  { id: "copy", keys: ["y"], risk: "none", where: "everywhere", run: () => [{ kind: "copy-here" }] },
  {
    id: "pager",
    keys: ["v"],
    risk: "none",
    where: "everywhere",
    run: () => [{ kind: "show-here", program: "pager" }],
  },
  {
    id: "editor",
    keys: ["e"],
    risk: "none",
    where: "everywhere",
    run: () => [{ kind: "show-here", program: "editor" }],
  },
  { id: "repaint", keys: ["ctrl-l"], risk: "none", where: "everywhere", run: () => [{ kind: "repaint" }] },
  {
    id: "quit",
    keys: ["q"],
    risk: "none",
    where: "everywhere",
    footer: 90,
    disabledReason: ({ view, setting }) =>
      view.places.length === 1 ? undefined : setting.texts.keys.quitsAtRoot,
    run: () => [{ kind: "quit" }],
  },
  {
    id: "quit.anywhere",
    keys: ["ctrl-c"],
    risk: "none",
    where: "everywhere",
    run: () => [{ kind: "ask-quit" }],
  },
];

const isFiltered = ({ lists }: ConsoleModel["view"]): boolean =>
  [...lists.values()].some(({ filter }) => filter !== "");
