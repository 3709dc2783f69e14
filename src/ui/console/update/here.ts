import { listIdOf, type Pane } from "../panes/pane.ts";
import { focusedPane } from "../screens/arrange.ts";
import type { ConsoleModel } from "../state/model.ts";
import { stripSgr, width } from "../theme/index.ts";
import { plainLook } from "./moving.ts";
import { opened } from "./places.ts";
import { refused, said, type Step } from "./step.ts";

/** What keys do with whatever is selected in the focused pane. */

export const openedHere = (model: ConsoleModel): Step => {
  const body = focusedPane(model)?.what.body;
  const place = body?.kind === "list" ? body.list.opens(model) : undefined;
  if (place !== undefined) return opened(model, place);
  // What leads nowhere here, such as a command for a shell, is wanted on the clipboard.
  return body?.kind === "list" && body.list.canOpen
    ? copiedHere(model)
    : refused(model, model.setting.texts.keys.nothingToOpen);
};

/** So much of a copied text is repeated in what is said about it. */
const echoed = 40;

export const copiedHere = (model: ConsoleModel): Step => {
  const { keys } = model.setting.texts;
  const pane = focusedPane(model)?.what;
  const text = pane === undefined ? undefined : textToCopy(model, pane);
  if (text === undefined || text === "") return refused(model, keys.nothingToCopy);
  const first = text.split("\n", 1)[0] ?? "";
  const what = width(first) > echoed || first !== text ? `${first.slice(0, echoed)}...` : first;
  return { model: said(model, keys.copied(what)), effects: [{ kind: "copy", text }] };
};

const textToCopy = (model: ConsoleModel, { body }: Pane): string | undefined =>
  body.kind === "list" ? body.list.copies(model) : body.kind === "text" ? textOf(model, body) : undefined;

type TextBody = Extract<Pane["body"], { readonly kind: "text" }>;

const pagerColumns = 120;

const textOf = (model: ConsoleModel, body: TextBody): string =>
  body
    .lines(model, pagerColumns, plainLook)
    .map((line) => stripSgr(line).trimEnd())
    .join("\n");

export const shownHere = (model: ConsoleModel, program: "pager" | "editor"): Step => {
  const pane = focusedPane(model)?.what;
  const text =
    pane?.body.kind === "list"
      ? (pane.body.written?.(model, plainLook) ?? pane.body.list.lines(model)).join("\n")
      : pane?.body.kind === "text"
        ? textOf(model, pane.body)
        : undefined;
  if (pane === undefined || text === undefined) return refused(model, model.setting.texts.keys.nothingToOpen);
  const name = `${listIdOf(pane).replace(/[^a-z-]/gu, "-")}.txt`;
  return { model, effects: [{ kind: "show-text", program, name, text: `${text}\n` }] };
};
