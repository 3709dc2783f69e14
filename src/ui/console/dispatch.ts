import { harmlessLine } from "../../ground/index.ts";
import {
  choicesFor,
  commandOfKey,
  records,
  refusalOf,
  titleOf,
  type ConsoleCommand,
} from "./commands/index.ts";
import { footerCommandAt, isTiny } from "./screens/arrange.ts";
import type { Action } from "./state/action.ts";
import { isConfirmed, type Dialog } from "./state/dialog.ts";
import { tidyScope } from "./state/takeback.ts";
import { placeOf } from "./state/view.ts";
import type { ConsoleModel } from "./state/model.ts";
import type { Prompt } from "./state/view.ts";
import type { Key } from "./terminal/index.ts";

type Pointed = Extract<Key, { readonly kind: "click" | "wheel" }>;
type Typed = Exclude<Key, Pointed>;

/**
 * From a key to what it asks. While something is being decided only the decision has keys; while a line is being typed
 * letters are letters and a few keys edit; everywhere else the command records decide. A key that does nothing says why.
 * `before` is what was on the screen when the piece of input came in which the key is: a `y` right behind
 * the key that brought the question was pressed before anybody could read it.
 */
export const dispatchKey = (
  model: ConsoleModel,
  key: Key,
  before: ConsoleModel = model,
): readonly Action[] => {
  const { prompt, dialog } = model.view;
  if (isTiny(model)) return leaving(model, key);
  if (key.kind === "click" || key.kind === "wheel") return pointed(model, key);
  if (dialog !== undefined) return decide(model, dialog, key, dialog === before.view.dialog);
  if (prompt !== undefined) return edit(model, prompt, key);
  // A paste is text for a line that is being typed, and never a row of commands.
  if (key.kind === "paste") return [];
  const command = commandOfKey(model, key.name);
  if (command !== undefined) return runCommand(model, command);
  return key.text.trim() === "" ? [] : [{ kind: "refuse", why: model.setting.texts.keys.noKey(key.text) }];
};

/** Where there is no room for a screen nobody sees what a key would do, or what is asked: one can step back, and leave. */
const leaving = ({ view }: ConsoleModel, key: Key): readonly Action[] => {
  if (key.kind !== "key") return [];
  const isOpen = view.dialog !== undefined || view.prompt !== undefined;
  switch (key.name) {
    case "Esc":
      return isOpen ? [{ kind: "cancel" }] : [];
    case "ctrl-c":
      return [{ kind: "ask-quit" }];
    case "q":
      return isOpen ? [] : [{ kind: "quit" }];
    case "ctrl-l":
      return [{ kind: "repaint" }];
    default:
      return [];
  }
};

/** A pointer decides nothing and types nothing: while something is asked it waits, as it does where it is switched off. */
const pointed = (model: ConsoleModel, key: Pointed): readonly Action[] => {
  const { prompt, dialog, mouse, rows } = model.view;
  if (!mouse || dialog !== undefined || prompt !== undefined) return [];
  const { column, row } = key;
  if (key.kind === "wheel") return [{ kind: "wheel", by: key.by, column, row }];
  if (row !== rows - 1) return [{ kind: "click", column, row }];
  const id = footerCommandAt(model, column);
  const command = records.find((each) => each.id === id);
  return command === undefined ? [] : runCommand(model, command);
};

const runCommand = (model: ConsoleModel, command: ConsoleCommand): readonly Action[] => {
  const refused = refusalOf(model, command);
  if (refused === undefined) return command.run(model);
  return command.thenName === true ? withheld(model, command, refused) : [{ kind: "refuse", why: refused }];
};

/** After such a key one types a name without looking: where it cannot be asked for, its letters are no keys either. */
const withheld = (model: ConsoleModel, command: ConsoleCommand, why: string): readonly Action[] => {
  const { keys } = model.setting.texts;
  const title = keys.notNowTitle(titleOf(model, command));
  const says = [why, keys.lettersDoNothing];
  return [
    { kind: "ask", dialog: { title, says, command: undefined, needs: { kind: "nothing" }, actions: [] } },
  ];
};

const editing: Readonly<Record<string, Action>> = {
  Backspace: { kind: "erase", what: "letter" },
  "ctrl-h": { kind: "erase", what: "letter" },
  "ctrl-w": { kind: "erase", what: "word" },
  "ctrl-u": { kind: "erase", what: "line" },
  Esc: { kind: "cancel" },
  "ctrl-c": { kind: "cancel" },
  "ctrl-l": { kind: "repaint" },
};

const choosing: Readonly<Record<string, Action>> = {
  Down: { kind: "choose", by: 1 },
  "ctrl-n": { kind: "choose", by: 1 },
  Tab: { kind: "choose", by: 1 },
  Up: { kind: "choose", by: -1 },
  "ctrl-p": { kind: "choose", by: -1 },
  "shift-Tab": { kind: "choose", by: -1 },
};

const longestPaste = 200;

const edit = (model: ConsoleModel, prompt: Prompt, key: Typed): readonly Action[] => {
  if (key.kind === "paste") return [{ kind: "type", text: harmlessLine(key.text, longestPaste) }];
  if (key.name === "Enter") return entered(model, prompt);
  const known = editing[key.name] ?? choosing[key.name];
  if (known !== undefined) return [known];
  return key.text === "" ? [] : [{ kind: "type", text: key.text }];
};

const entered = (model: ConsoleModel, prompt: Prompt): readonly Action[] => {
  const { texts, person } = model.setting;
  switch (prompt.kind) {
    case "filter":
      return [{ kind: "accept" }];
    case "find":
      return [{ kind: "accept" }, { kind: "find", what: "words", by: "first" }];
    case "note": {
      const text = prompt.text.trim();
      if (text === "") return [{ kind: "cancel" }];
      const { now } = model.watch;
      const event = { kind: "note", at: now, incident: prompt.incident, by: person, text } as const;
      return [{ kind: "accept" }, { kind: "tell", event, command: undefined, said: texts.keys.noted }];
    }
    case "save": {
      const name = prompt.text.trim();
      const request = {
        kind: "save",
        gateway: prompt.gateway,
        name: name === "" ? undefined : name,
      } as const;
      return [{ kind: "accept" }, { kind: "ask-vault", request }];
    }
    case "export": {
      const path = prompt.text.trim();
      if (path === "") return [{ kind: "cancel" }];
      const { gateway, ids } = prompt;
      return [{ kind: "accept" }, { kind: "ask-vault", request: { kind: "export", gateway, ids, path } }];
    }
    case "scope": {
      const place = placeOf(model.view);
      if (place.screen !== "restore") return [{ kind: "cancel" }];
      return [{ kind: "accept" }, { kind: "turn", place: { ...place, scope: tidyScope(prompt.text) } }];
    }
    case "palette": {
      const choices = choicesFor(model, prompt.text);
      const chosen = choices[Math.min(prompt.selected, choices.length - 1)];
      if (chosen === undefined) return [{ kind: "refuse", why: texts.keys.noCommand(prompt.text) }];
      const refused: readonly Action[] =
        chosen.refusal === undefined ? [] : [{ kind: "refuse", why: chosen.refusal }];
      return [{ kind: "accept" }, ...refused, ...chosen.actions];
    }
  }
};

/** `y` decides what asks for a `y`; the whole name and then Enter decides what asks for a name. Nothing else does. */
const decide = (model: ConsoleModel, dialog: Dialog, key: Typed, isSeen: boolean): readonly Action[] => {
  // A pasted name would be no thought given to it.
  if (key.kind === "paste") return [];
  if (dialog.needs.kind === "nothing") {
    return ["Enter", "Esc", "ctrl-c"].includes(key.name) ? [{ kind: "cancel" }] : [];
  }
  if (dialog.needs.kind === "y") {
    if (key.name === "y") return isSeen ? [{ kind: "confirm" }] : [];
    return ["n", "Esc", "ctrl-c", "q"].includes(key.name) ? [{ kind: "cancel" }] : [];
  }
  if (key.name === "Enter") {
    return isConfirmed(dialog)
      ? [{ kind: "confirm" }]
      : [{ kind: "refuse", why: model.setting.texts.keys.typeTheName(dialog.needs.name) }];
  }
  const known = editing[key.name];
  if (known !== undefined) return [known];
  return key.text === "" ? [] : [{ kind: "type", text: key.text }];
};
