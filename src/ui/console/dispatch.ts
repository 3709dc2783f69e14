import { harmlessLine } from "../../ground/index.ts";
import { commandOfKey, matchingCommands, type ConsoleCommand } from "./commands/index.ts";
import type { Action } from "./state/action.ts";
import type { ConsoleModel } from "./state/model.ts";
import type { Key } from "./terminal/index.ts";

/**
 * From a key to what it asks. While a line is being typed, letters are letters and a few keys edit; everywhere else the
 * command records decide.
 */
export type Dispatched = {
  readonly actions: readonly Action[];
  /** Why the key does nothing here; shown, so that no key is silently dead. */
  readonly refused?: string;
};

const nothing: Dispatched = { actions: [] };

const editing: Readonly<Record<string, Action>> = {
  Esc: { kind: "cancel" },
  Backspace: { kind: "erase", what: "letter" },
  "ctrl-h": { kind: "erase", what: "letter" },
  "ctrl-w": { kind: "erase", what: "word" },
  "ctrl-u": { kind: "erase", what: "line" },
  Down: { kind: "choose", by: 1 },
  "ctrl-n": { kind: "choose", by: 1 },
  Tab: { kind: "choose", by: 1 },
  Up: { kind: "choose", by: -1 },
  "ctrl-p": { kind: "choose", by: -1 },
  "shift-Tab": { kind: "choose", by: -1 },
  "ctrl-c": { kind: "cancel" },
  "ctrl-l": { kind: "repaint" },
};

export const dispatchKey = (model: ConsoleModel, key: Key): Dispatched => {
  const { prompt } = model.view;
  if (key.kind === "paste") {
    // A paste is text for a line that is being typed, and never a row of commands.
    return prompt === undefined
      ? nothing
      : { actions: [{ kind: "type", text: harmlessLine(key.text, 200) }] };
  }
  if (prompt === undefined) {
    const command = commandOfKey(model, key.name);
    return command === undefined ? nothing : runCommand(model, command);
  }
  if (key.name === "Enter") {
    if (prompt.kind === "filter") return { actions: [{ kind: "accept" }] };
    const choices = matchingCommands(model, prompt.text);
    const chosen = choices[Math.min(prompt.selected, choices.length - 1)];
    if (chosen === undefined) return { actions: [], refused: `no command is called "${prompt.text}"` };
    const ran = runCommand(model, chosen);
    return { ...ran, actions: [{ kind: "accept" }, ...ran.actions] };
  }
  const edit = editing[key.name];
  if (edit !== undefined) return { actions: [edit] };
  return key.text === "" ? nothing : { actions: [{ kind: "type", text: key.text }] };
};

const runCommand = (model: ConsoleModel, command: ConsoleCommand): Dispatched => {
  const refused = command.disabledReason?.(model);
  return refused === undefined ? { actions: [command.action] } : { actions: [], refused };
};
