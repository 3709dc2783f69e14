import type { ReactNode } from "react";
import { commandsHere } from "../commands/index.ts";
import { helpLines } from "../panes/help.ts";
import type { ConsoleModel } from "../state/model.ts";
import { Live, type PanePainter } from "../terminal/index.ts";
import type { ConsoleSource } from "./source.ts";

/** The keys are those of the place the help was asked from. */
const paintHelp: PanePainter<ConsoleModel> = (model, size, look) => {
  const [root, ...rest] = model.view.places.slice(0, -1);
  const asked: ConsoleModel =
    root === undefined ? model : { ...model, view: { ...model.view, places: [root, ...rest] } };
  const commands = commandsHere(asked).map((command) => ({
    command,
    disabled: command.disabledReason?.(asked),
  }));
  const lines = helpLines(commands, size.columns, look);
  const start = Math.max(0, Math.min(model.view.scroll, lines.length - size.rows));
  const shown = lines.slice(start, start + size.rows);
  return [...shown, ...Array.from({ length: size.rows - shown.length }, () => "")];
};

export const Help = ({ source }: { readonly source: ConsoleSource }): ReactNode => (
  <Live source={source} paint={paintHelp} flexGrow={1} />
);
