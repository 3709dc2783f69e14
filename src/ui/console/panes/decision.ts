import type { Texts } from "../language/index.ts";
import type { Dialog } from "../state/dialog.ts";
import { fit, width, type Look } from "../theme/index.ts";
import { wrapped } from "./wrap.ts";

/** The lines of a decision, each no wider than `columns`: what will happen, the same by hand, what lets it happen. */
export const decisionLines = (
  dialog: Dialog,
  texts: Texts,
  columns: number,
  look: Look,
): readonly string[] => {
  const { keys } = texts;
  const facts = dialog.facts ?? [];
  const names = facts.reduce((most, [name]) => Math.max(most, width(name)), 0);
  return [
    look.paint("state.warn", dialog.title),
    "",
    ...dialog.says.flatMap((line) => wrapped(line, columns)),
    ...(facts.length === 0 ? [] : [""]),
    ...facts.flatMap(([name, value]) =>
      wrapped(value, Math.max(1, columns - names - 2)).map(
        (line, at) => `${look.paint("text.secondary", fit(at === 0 ? name : "", names))}  ${line}`,
      ),
    ),
    ...(dialog.command === undefined
      ? []
      : ["", look.paint("text.dim", `${keys.byHand}:`), ...wrapped(dialog.command, columns)]),
    "",
    look.paint("key", askWords(dialog, texts)),
    ...(dialog.needs.kind === "name" ? [`${dialog.typed}${look.symbol("caret")}`] : []),
  ].map((line) => look.fit(line, Math.min(columns, width(line))));
};

/** What lets it happen, and what leaves it. */
export const askWords = ({ needs }: Dialog, { keys }: Texts): string => {
  switch (needs.kind) {
    case "y":
      return keys.confirmY;
    case "name":
      return keys.confirmName(needs.name);
    case "nothing":
      return keys.closeNotice;
  }
};
