import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";
import { records } from "./records.ts";

export type { ConsoleCommand, Risk } from "./command.ts";
export { records } from "./records.ts";

const isHere = (command: ConsoleCommand, model: ConsoleModel): boolean =>
  command.where === "everywhere" || command.where.includes(placeOf(model.view).screen);

/** The commands that mean something on this screen, in the order of the records. */
export const commandsHere = (model: ConsoleModel): readonly ConsoleCommand[] =>
  records.filter((command) => isHere(command, model));

export const commandOfKey = (model: ConsoleModel, key: string): ConsoleCommand | undefined =>
  commandsHere(model).find((command) => command.keys.includes(key));

/** What the last row promises: the commands that would really run now. */
export const footerCommands = (model: ConsoleModel): readonly ConsoleCommand[] =>
  commandsHere(model)
    .filter((command) => command.footer !== undefined && command.disabledReason?.(model) === undefined)
    .toSorted((a, b) => (a.footer ?? 0) - (b.footer ?? 0));

/** The palette: what is typed must stand in the title, the id or the help, its letters in this order at least. */
export const matchingCommands = (model: ConsoleModel, text: string): readonly ConsoleCommand[] => {
  const wanted = text.toLowerCase().trim();
  const ranked = commandsHere(model)
    .filter(({ id }) => id !== "palette")
    .map((command) => ({ command, rank: rankOf(command, wanted) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY);
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ command }) => command);
};

const rankOf = ({ id, title, help }: ConsoleCommand, wanted: string): number => {
  if (title.startsWith(wanted)) return 0;
  if (title.includes(wanted) || id.includes(wanted)) return 1;
  if (help.includes(wanted)) return 2;
  return inOrder(wanted, title) ? 3 : Number.POSITIVE_INFINITY;
};

const inOrder = (letters: string, text: string): boolean => {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
};
