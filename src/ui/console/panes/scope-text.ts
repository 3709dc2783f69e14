import { scopeSaid } from "../state/takeback.ts";
import type { ConsoleModel } from "../state/model.ts";

/** What goes back, in the language of whoever reads it. */
export const scopeText = (words: string, { setting: { texts } }: ConsoleModel): string => {
  const said = scopeSaid(words);
  if (said === undefined) return words;
  const named = (classes: readonly string[]): string =>
    classes.map((each) => texts.restore.scopes[each] ?? each).join(texts.words.comma);
  return texts.restore.scopeSaid(named(said.only), named(said.except));
};
