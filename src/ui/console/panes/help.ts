import { commandsHere, refusalOf, titleOf, type ConsoleCommand } from "../commands/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";
import type { Pane } from "./pane.ts";

/** The keys are those of the place the help was asked from: its own first, then those of every screen. */
export const helpLines = (model: ConsoleModel, columns: number, look: Look): readonly string[] => {
  const { help } = model.setting.texts;
  const asked = askedFrom(model);
  const here = commandsHere(asked);
  const lineOf = (command: ConsoleCommand): string => {
    const refusal = refusalOf(asked, command);
    const keys = look.paint("key", look.fit(command.keys.length === 0 ? ":" : command.keys.join(" "), 16));
    const why = refusal === undefined ? "" : look.paint("text.dim", ` (${refusal})`);
    const risk = command.risk === "none" ? "" : look.paint("state.warn", ` [${help.risk[command.risk]}]`);
    return look.fit(
      `  ${keys}  ${look.fit(titleOf(asked, command), 18)}  ${asked.setting.texts.commands[command.id].help}${risk}${why}`,
      columns,
    );
  };
  const own = here.filter(({ where }) => where !== "everywhere");
  const rest = here.filter(({ where }) => where === "everywhere");
  const section = (title: string, commands: readonly ConsoleCommand[]): readonly string[] =>
    commands.length === 0 ? [] : [look.rule(columns, title), ...commands.map(lineOf), ""];
  return [
    ...section(help.keysHere, own),
    ...section(help.keysEverywhere, rest),
    look.rule(columns, help.signs),
    ...(
      [
        ["good", help.good],
        ["warn", help.warn],
        ["bad", help.bad],
        ["busy", help.busy],
        ["unknown", help.unknownSign],
      ] as const
    ).map(([state, meaning]) => look.fit(`  ${look.sign(state)}  ${meaning}`, columns)),
    look.fit(`  ${help.stale}`, columns),
  ];
};

const askedFrom = (model: ConsoleModel): ConsoleModel => {
  const [root, ...rest] = model.view.places.slice(0, -1);
  return root === undefined ? model : { ...model, view: { ...model.view, places: [root, ...rest] } };
};

export const helpPane: Pane = { id: "help", body: { kind: "text", lines: helpLines } };
