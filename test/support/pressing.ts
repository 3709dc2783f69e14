import { dispatchKey } from "../../src/ui/console/dispatch.ts";
import type { ConsoleEffect } from "../../src/ui/console/state/effect.ts";
import type { ConsoleModel } from "../../src/ui/console/state/model.ts";
import { actAll } from "../../src/ui/console/update/index.ts";
import type { Key } from "../../src/ui/console/terminal/index.ts";

export const keyOf = (name: string): Key => ({
  kind: "key",
  name,
  text: /^.$/u.test(name) ? name : name === "Space" ? " " : "",
});

/** What keys make of the pure console, and what it asks of the world on the way. */
export const pressing = (
  model: ConsoleModel,
  ...keys: readonly (string | Key)[]
): { readonly model: ConsoleModel; readonly effects: readonly ConsoleEffect[] } => {
  let now = model;
  const effects: ConsoleEffect[] = [];
  for (const key of keys) {
    const step = actAll(now, dispatchKey(now, typeof key === "string" ? keyOf(key) : key));
    now = step.model;
    effects.push(...step.effects);
  }
  return { model: now, effects };
};

export const press = (model: ConsoleModel, ...keys: readonly (string | Key)[]): ConsoleModel =>
  pressing(model, ...keys).model;

/** Letter by letter. */
export const typing = (text: string): readonly string[] => Array.from(text);
