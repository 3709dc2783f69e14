import { matchingCommands } from "../commands/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";

export const paletteHeight = 8;

/** What the typed words could mean: each with its key, its risk, and why it cannot run now. */
export const paletteLines = (
  model: ConsoleModel,
  size: { readonly columns: number; readonly rows: number },
  look: Look,
): readonly string[] => {
  const { prompt } = model.view;
  if (prompt?.kind !== "palette") return Array.from({ length: size.rows }, () => "");
  const matching = matchingCommands(model, prompt.text);
  const selected = Math.min(prompt.selected, matching.length - 1);
  const start = Math.max(0, Math.min(selected - 3, matching.length - size.rows));
  const lines = matching.slice(start, start + size.rows).map((command, index) => {
    const disabled = command.disabledReason?.(model);
    const risk = command.risk === "none" ? "" : ` ${look.paint("state.warn", `[${command.risk}]`)}`;
    const why = disabled === undefined ? command.help : `cannot run now: ${disabled}`;
    const here = start + index === selected;
    const line = look.fit(
      `${here ? look.symbol("pointer") : " "} ${look.fit(command.title, 20)} ${look.paint("key", look.fit(command.keys[0] ?? "", 9))}${risk} ${look.paint("text.dim", why)}`,
      size.columns,
    );
    return here ? look.paint("selection", line) : line;
  });
  if (lines.length === 0) lines.push(look.paint("text.dim", "  no command is called that"));
  while (lines.length < size.rows) lines.push("");
  return lines;
};
