import { choicesFor, footerCommands, titleOf, type ConsoleCommand } from "../commands/index.ts";
import { listState } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Prompt } from "../state/view.ts";
import { listIdOf, type Pane } from "./pane.ts";
import { width, type Look } from "../theme/index.ts";
import { slid } from "./table.ts";

/**
 * The last row: the line being typed, or the keys that work now. What there is to say for a moment stands at its right
 * and leaves the first keys in sight; while something is being decided it waits.
 */
export const paintFooter = (
  model: ConsoleModel,
  focused: Pane | undefined,
  columns: number,
  look: Look,
): string => {
  const { prompt, toast, dialog } = model.view;
  const { keys } = model.setting.texts;
  if (dialog !== undefined) {
    const hint = dialog.needs.kind === "y" ? keys.confirmY : keys.confirmName(dialog.needs.name);
    return look.fit(` ${look.paint("key", hint)}`, columns);
  }
  if (prompt !== undefined) {
    const [sign, hint] = promptWords(model, prompt);
    // Of a long text the end is shown: that is where one types.
    const room = columns - width(sign) - 3;
    const text = slid(prompt.text, Math.max(0, width(prompt.text) - room));
    const typed = ` ${look.paint("key", sign)}${text}${look.symbol("caret")}`;
    return look.fit(`${typed}   ${look.paint("text.dim", hint)}`, columns);
  }
  const filter = focused === undefined ? "" : listState(model, listIdOf(focused)).filter;
  const filtered = filter === "" ? "" : `${look.paint("match", ` /${filter} `)} `;
  const keysIn = (room: number): string => keyWords(model, focused, room - width(filtered) - 2, look);
  if (toast === undefined || toast.until <= model.watch.now)
    return look.fit(` ${filtered}${keysIn(columns)}`, columns);
  const said = look.paint("accent", look.fit(toast.text, Math.min(width(toast.text), columns - 2)));
  const room = columns - width(said) - 2;
  return room < 12
    ? look.fit(` ${said}`, columns)
    : `${look.fit(` ${filtered}${keysIn(room)}`, room)} ${said} `;
};

const promptWords = (model: ConsoleModel, prompt: Prompt): readonly [sign: string, hint: string] => {
  const { keys } = model.setting.texts;
  switch (prompt.kind) {
    case "filter":
      return ["/", keys.filterHint];
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

/** A key is not promised where it would only say that it does nothing. */
const meansSomethingIn = (focused: Pane | undefined, id: ConsoleCommand["id"]): boolean => {
  const list = focused?.body.kind === "list" ? focused.body.list : undefined;
  return id === "open" ? list?.canOpen === true : id !== "filter" || list !== undefined;
};

/** The way on, the way back and the way to all other keys. */
const alwaysTold: ReadonlySet<string> = new Set(["help", "palette", "back"]);

/** As many keys as there is room for; the way to all the others is never what is left out. */
const keyWords = (model: ConsoleModel, focused: Pane | undefined, columns: number, look: Look): string => {
  const commands = footerCommands(model).filter(({ id }) => meansSomethingIn(focused, id));
  const all = commands.map((command) => ({
    id: command.id,
    text: `${look.paint("key", `[${command.keys[0] ?? ""}]`)} ${titleOf(model, command)}`,
  }));
  const kept = [...all];
  while (kept.length > 1 && width(kept.map(({ text }) => text).join("  ")) > columns) {
    const last = kept.findLastIndex(({ id }) => !alwaysTold.has(id));
    kept.splice(last < 0 ? 0 : last, 1);
  }
  return kept.map(({ text }) => text).join("  ");
};
