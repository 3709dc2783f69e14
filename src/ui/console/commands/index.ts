import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { ScreenId } from "../state/place.ts";
import { placeOf } from "../state/view.ts";
import { alertCommands } from "./alerts.ts";
import { compareCommands } from "./compare.ts";
import type { ConsoleCommand } from "./command.ts";
import { everywhere } from "./everywhere.ts";
import { incidentCommands } from "./incident.ts";
import { moving } from "./moving.ts";
import { objectsNamed } from "./objects.ts";
import { places } from "./places.ts";
import { readOnlyReason } from "./read-only.ts";
import { restorePlaces } from "./restore-places.ts";
import { restoreCommands } from "./restore.ts";
import { rollbackCommands } from "./rollback.ts";
import { snapshotCommands } from "./snapshots.ts";

export type { ConsoleCommand, Risk } from "./command.ts";

/** Every command of the console, in the order of the help. */
export const records: readonly ConsoleCommand[] = [
  ...places,
  ...alertCommands,
  ...incidentCommands,
  ...snapshotCommands,
  ...compareCommands,
  ...restorePlaces,
  ...restoreCommands,
  ...rollbackCommands,
  ...moving,
  ...everywhere,
];

const isAt = (command: ConsoleCommand, screen: ScreenId): boolean =>
  command.where === "everywhere" || command.where.includes(screen);

/** The commands that mean something on this screen, in the order of the records. */
export const commandsHere = (model: ConsoleModel): readonly ConsoleCommand[] => {
  const { screen } = placeOf(model.view);
  return records.filter((command) => isAt(command, screen) && command.when?.(model) !== false);
};

/** A screen's own command goes before one that works everywhere. */
export const commandOfKey = (model: ConsoleModel, key: string): ConsoleCommand | undefined => {
  const mine = commandsHere(model).filter((command) => command.keys.includes(key));
  return mine.find(({ where }) => where !== "everywhere") ?? mine[0];
};

export const titleOf = (model: ConsoleModel, { id, titledNow }: ConsoleCommand): string =>
  titledNow?.(model) ?? model.setting.texts.commands[id].title;

/** Why a command cannot run now; undefined when it can. */
export const refusalOf = (model: ConsoleModel, command: ConsoleCommand): string | undefined =>
  (command.changes === true ? readOnlyReason(model) : undefined) ?? command.disabledReason?.(model);

/** What the last row promises: the commands that would really run now. */
export const footerCommands = (model: ConsoleModel): readonly ConsoleCommand[] =>
  inFooterOf(placeOf(model.view).screen).filter(
    (command) => command.when?.(model) !== false && refusalOf(model, command) === undefined,
  );

const footers = new Map<ScreenId, readonly ConsoleCommand[]>();

/** The commands that a screen may name in its last row, in that order: few of all there are, and asked for every frame. */
const inFooterOf = (screen: ScreenId): readonly ConsoleCommand[] => {
  const known = footers.get(screen);
  if (known !== undefined) return known;
  const found = records
    .filter((command) => command.footer !== undefined && isAt(command, screen))
    .toSorted((a, b) => (a.footer ?? 0) - (b.footer ?? 0));
  footers.set(screen, found);
  return found;
};

/** What the palette can offer: a command, or a thing to go to. */
export type Choice = {
  readonly title: string;
  readonly key: string;
  readonly help: string;
  readonly risk: ConsoleCommand["risk"];
  readonly refusal: string | undefined;
  readonly actions: readonly Action[];
};

/** What is typed must stand in the title, the id or the help, or its letters in this order in the title. */
export const choicesFor = (model: ConsoleModel, text: string): readonly Choice[] => {
  const wanted = text.toLowerCase().trim();
  const commands = commandsHere(model)
    .filter(({ id }) => id !== "palette")
    .map((command) => {
      const title = titleOf(model, command);
      const { help } = model.setting.texts.commands[command.id];
      return { command, title, help, rank: rankOf(wanted, title, command.id, help) };
    })
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a.rank - b.rank);
  const found = (least: number, most: number): readonly Choice[] =>
    commands
      .filter(({ rank }) => rank >= least && rank <= most)
      .map(({ command, title, help }): Choice => {
        const refusal = refusalOf(model, command);
        return {
          title,
          key: command.keys[0] ?? "",
          help,
          risk: command.risk,
          refusal,
          actions: refusal === undefined ? command.run(model) : [],
        };
      });
  // Things stand after commands of that name and before those that merely mention it.
  return [...found(0, 1), ...objectsNamed(model, wanted), ...found(2, 3)];
};

const rankOf = (wanted: string, title: string, id: string, help: string): number => {
  const lower = title.toLowerCase();
  if (lower.startsWith(wanted)) return 0;
  if (lower.includes(wanted) || id.includes(wanted)) return 1;
  if (help.toLowerCase().includes(wanted)) return 2;
  return inOrder(wanted, lower) ? 3 : Number.POSITIVE_INFINITY;
};

const inOrder = (letters: string, text: string): boolean => {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
};
