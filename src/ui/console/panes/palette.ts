import { choicesFor } from "../commands/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import { width, type Look } from "../theme/index.ts";
import { filled, type Size } from "./pane.ts";

export const paletteHeight = 8;

/** What the typed words could mean: each with its key, its risk and whether it can run now; of the selected one why not. */
export const paletteLines = (model: ConsoleModel, size: Size, look: Look): readonly string[] => {
  const { prompt } = model.view;
  if (prompt?.kind !== "palette") return filled([], size.rows);
  const { keys, help } = model.setting.texts;
  const choices = choicesFor(model, prompt.text);
  const selected = Math.min(prompt.selected, choices.length - 1);
  const start = Math.max(0, Math.min(selected - 3, choices.length - size.rows));
  const shown = choices.slice(start, start + size.rows);
  const titles = shown.reduce((most, { title }) => Math.max(most, width(title)), 16);
  const titleWidth = Math.min(titles, Math.floor(size.columns / 2));
  const lines = shown.map((choice, index) => {
    const risk = choice.risk === "none" ? "" : ` ${look.paint("state.warn", `[${help.risk[choice.risk]}]`)}`;
    const here = start + index === selected;
    // Many may have the same reason: it is told of the one that Enter would run.
    const why =
      choice.refusal === undefined
        ? choice.help
        : here
          ? keys.cannotNow(choice.refusal)
          : `(${help.notNow}) ${choice.help}`;
    const line = look.fit(
      `${here ? look.symbol("pointer") : " "} ${look.fit(choice.title, titleWidth)} ${look.paint("key", look.fit(choice.key, 9))}${risk} ${look.paint("text.dim", why)}`,
      size.columns,
    );
    return here ? look.paint("selection", line) : line;
  });
  if (lines.length === 0) lines.push(look.paint("text.dim", `  ${keys.noCommand(prompt.text)}`));
  return filled(lines, size.rows);
};
