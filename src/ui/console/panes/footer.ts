import { choicesFor, footerCommands, titleOf } from "../commands/index.ts";
import { listState } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Prompt } from "../state/view.ts";
import { width, type Look } from "../theme/index.ts";
import { slid } from "./table.ts";

/**
 * The last row: the line being typed, or the keys that work now. What there is to say for a moment stands at its right
 * and leaves the first keys in sight; while something is being decided it waits.
 */
export const paintFooter = (
  model: ConsoleModel,
  focused: string | undefined,
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
  const filter = focused === undefined ? "" : listState(model, focused).filter;
  const filtered = filter === "" ? "" : `${look.paint("match", ` /${filter} `)} `;
  const keysIn = (room: number): string => keyWords(model, room - width(filtered) - 2, look);
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

/** As many keys as there is room for; the way to all the others is never what is left out. */
const keyWords = (model: ConsoleModel, columns: number, look: Look): string => {
  const all = footerCommands(model).map((command) => ({
    id: command.id,
    text: `${look.paint("key", `[${command.keys[0] ?? ""}]`)} ${titleOf(model, command)}`,
  }));
  const kept = [...all];
  while (kept.length > 1 && width(kept.map(({ text }) => text).join("  ")) > columns) {
    const last = kept.findLastIndex(({ id }) => id !== "help" && id !== "palette");
    kept.splice(last < 0 ? 0 : last, 1);
  }
  return kept.map(({ text }) => text).join("  ");
};
