import { choicesFor, footerCommands, titleOf, type ConsoleCommand } from "../commands/index.ts";
import { listState } from "../state/list.ts";
import { kept } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeOf, toastAt, type Prompt } from "../state/view.ts";
import { askWords } from "./decision.ts";
import { listIdOf, type Pane } from "./pane.ts";
import { width, type Look } from "../theme/index.ts";
import { slid } from "./table.ts";

/** Where the keys move, and whether they could move elsewhere. */
export type Attended = { readonly focused: Pane | undefined; readonly isOneOfMany: boolean };

/**
 * The last row: the line being typed, or the keys that work now. What there is to say for a moment stands at its right
 * and leaves the first keys in sight; while something is being decided it waits.
 */
export const paintFooter = (model: ConsoleModel, attended: Attended, columns: number, look: Look): string => {
  const { prompt, dialog } = model.view;
  if (dialog !== undefined) {
    return look.fit(` ${look.paint("key", askWords(dialog, model.setting.texts))}`, columns);
  }
  if (prompt !== undefined) {
    const [sign, hint] = promptWords(model, attended, prompt);
    // Of a long text the end is shown: that is where one types.
    const room = columns - width(sign) - 3;
    const text = slid(prompt.text, Math.max(0, width(prompt.text) - room));
    const typed = ` ${look.paint("key", sign)}${text}${look.symbol("caret")}`;
    return look.fit(`${typed}   ${look.paint("text.dim", hint)}`, columns);
  }
  const { filtered, said } = aroundKeys(model, attended, columns, look);
  const keysIn = (room: number): string =>
    joined(keyWords(model, attended, room - width(filtered) - 2, look));
  if (said === undefined) return look.fit(` ${filtered}${keysIn(columns)}`, columns);
  const room = columns - width(said) - 2;
  return room < 12
    ? look.fit(` ${said}`, columns)
    : `${look.fit(` ${filtered}${keysIn(room)}`, room)} ${said} `;
};

const promptWords = (
  model: ConsoleModel,
  { focused }: Attended,
  prompt: Prompt,
): readonly [sign: string, hint: string] => {
  const { keys } = model.setting.texts;
  switch (prompt.kind) {
    case "filter":
      return ["/", [...countIn(model, focused), keys.filterHint].join(" · ")];
    case "find":
      return [`${keys.find}: `, keys.findHint];
    case "palette":
      return [":", keys.paletteHint(choicesFor(model, prompt.text).length)];
    case "note":
      return [`${keys.note}: `, keys.noteHint];
    case "save":
      return [`${keys.snapshotName}: `, keys.snapshotNameHint];
    case "export":
      return [`${keys.exportTo}: `, keys.exportHint];
    case "scope":
      return [`${keys.scope}: `, keys.scopeHint];
  }
};

/** How many rows of the list a filter leaves. */
const countIn = (model: ConsoleModel, pane: Pane | undefined): readonly string[] => {
  if (pane?.body.kind !== "list") return [];
  const { rows, total } = pane.body.list.view(model);
  return [model.setting.texts.words.countOf(rows.length, total)];
};

/** A key is not promised where it would only say that it does nothing. */
const meansSomethingIn = (
  model: ConsoleModel,
  { focused, isOneOfMany }: Attended,
  id: ConsoleCommand["id"],
): boolean => {
  const list = focused?.body.kind === "list" ? focused.body.list : undefined;
  if (id === "pane.next") return isOneOfMany;
  // The way to it is not promised where one is.
  if (id === "help") return placeOf(model.view).screen !== "help";
  return id === "open" ? list?.opens(model) !== undefined : id !== "filter" || list !== undefined;
};

/** The way on, the way back and the way to all other keys. */
const alwaysTold: ReadonlySet<string> = new Set(["help", "palette", "back"]);

type KeyWord = { readonly id: ConsoleCommand["id"]; readonly text: string };

const gap = "  ";

/** As many keys as there is room for; the way to all the others is never what is left out. */
const keyWords = (
  model: ConsoleModel,
  attended: Attended,
  columns: number,
  look: Look,
): readonly KeyWord[] => {
  const able = footerCommands(model);
  // A key that a screen has for itself means nothing else there.
  const own = new Set(able.flatMap(({ where, keys }) => (where === "everywhere" ? [] : keys)));
  const commands = able.filter(
    ({ id, where, keys }) =>
      meansSomethingIn(model, attended, id) && !(where === "everywhere" && own.has(keys[0] ?? "")),
  );
  // What one is called may depend on the moment.
  const titles = commands.map((command) => titleOf(model, command)).join("\n");
  return wordsOf(titles, columns, look, ...commands);
};

/** Which keys work is asked for every frame; the answer is nearly always the same. */
const wordsOf = kept(
  (titles: string, columns: number, look: Look, ...commands: readonly ConsoleCommand[]) => {
    const titled = titles.split("\n");
    const all = commands.map(({ id, keys }, at): KeyWord => ({
      id,
      text: `${look.paint("key", `[${keys[0] ?? ""}]`)} ${titled[at] ?? ""}`,
    }));
    const [always, others] = [all.filter(isAlwaysTold), all.filter((word) => !isAlwaysTold(word))];
    const told = new Set(always);
    let taken = width(joined(always));
    for (const word of others) {
      const needed = width(word.text) + (told.size === 0 ? 0 : gap.length);
      if (taken + needed > columns) continue;
      taken += needed;
      told.add(word);
    }
    const shown = all.filter((word) => told.has(word));
    while (shown.length > 1 && width(joined(shown)) > columns) shown.shift();
    return shown;
  },
);

const isAlwaysTold = ({ id }: KeyWord): boolean => alwaysTold.has(id);

const joined = (words: readonly KeyWord[]): string => words.map(({ text }) => text).join(gap);

/** The command whose key stands in this column of the last row. */
export const commandAt = (
  model: ConsoleModel,
  attended: Attended,
  look: Look,
  column: number,
): ConsoleCommand["id"] | undefined => {
  const { columns } = model.view;
  const { filtered, said } = aroundKeys(model, attended, columns, look);
  const room = said === undefined ? columns : columns - width(said) - 2;
  let from = 1 + width(filtered);
  for (const { id, text } of keyWords(model, attended, room - width(filtered) - 2, look)) {
    const until = from + width(text);
    if (column >= from && column < Math.min(until, room)) return id;
    from = until + width(gap);
  }
  return undefined;
};

/** What stands before the keys, and what is said behind them for a moment. */
const aroundKeys = (
  model: ConsoleModel,
  attended: Attended,
  columns: number,
  look: Look,
): { readonly filtered: string; readonly said: string | undefined } => {
  const toast = toastAt(model.view, model.watch.now);
  const { focused } = attended;
  const filter = focused === undefined ? "" : listState(model, listIdOf(focused)).filter;
  // A pane with a title has the number there.
  const left = focused?.title === undefined ? countIn(model, focused) : [];
  return {
    filtered:
      filter === ""
        ? ""
        : `${look.paint("match", ` ${[look.fit(`/${filter}`, Math.min(width(filter) + 1, Math.floor(columns / 3))), ...left].join(" ")} `)} `,
    said:
      toast === undefined
        ? undefined
        : look.paint("accent", look.fit(toast, Math.min(width(toast), columns - 2))),
  };
};
