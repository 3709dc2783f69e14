import { commandsHere, refusalOf, titleOf, type ConsoleCommand } from "../commands/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import { width, type Look } from "../theme/index.ts";
import type { Pane } from "./pane.ts";
import { wrapped } from "./wrap.ts";

/** The keys are those of the place the help was asked from: its own first, then those of every screen. */
export const helpLines = (model: ConsoleModel, columns: number, look: Look): readonly string[] => {
  const { help } = model.setting.texts;
  const asked = askedFrom(model);
  const here = commandsHere(asked);
  const keysOf = ({ keys }: ConsoleCommand): string => (keys.length === 0 ? ":" : keys.join(" "));
  const widest = (texts: readonly string[], most: number): number =>
    Math.min(
      most,
      texts.reduce((wide, text) => Math.max(wide, width(text)), 0),
    );
  const keyColumns = widest(here.map(keysOf), 16);
  const titleColumns = widest(
    here.map((command) => titleOf(asked, command)),
    18,
  );
  const gap = keyColumns + titleColumns + 6;
  const linesOf = (command: ConsoleCommand): readonly string[] => {
    const refusal = refusalOf(asked, command);
    const why = refusal === undefined ? "" : ` (${refusal})`;
    const room = Math.max(20, columns - gap);
    const [first = "", ...more] = withRisk(
      wrapped(`${asked.setting.texts.commands[command.id].help}${why}`, room),
      command.risk === "none" ? "" : `[${help.risk[command.risk]}]`,
      room,
      look,
    );
    const keys = look.paint("key", look.fit(keysOf(command), keyColumns));
    return [
      `  ${keys}  ${look.fit(titleOf(asked, command), titleColumns)}  ${first}`,
      ...more.map((line) => `${" ".repeat(gap)}${line}`),
    ].map((line) => look.fit(line, columns));
  };
  const own = here.filter(({ where }) => where !== "everywhere");
  const rest = here.filter(({ where }) => where === "everywhere");
  const section = (title: string, commands: readonly ConsoleCommand[]): readonly string[] =>
    commands.length === 0 ? [] : [look.rule(columns, title), ...commands.flatMap(linesOf), ""];
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

/** What a slip could hurt stands behind the last words, or below them where there is no room. */
const withRisk = (lines: readonly string[], risk: string, columns: number, look: Look): readonly string[] => {
  if (risk === "") return lines;
  const last = lines.at(-1) ?? "";
  const told = look.paint("state.warn", risk);
  return width(last) + 1 + width(risk) > columns
    ? [...lines, told]
    : [...lines.slice(0, -1), `${last} ${told}`];
};

const askedFrom = (model: ConsoleModel): ConsoleModel => {
  const [root, ...rest] = model.view.places.slice(0, -1);
  return root === undefined ? model : { ...model, view: { ...model.view, places: [root, ...rest] } };
};

export const helpPane: Pane = { id: "help", body: { kind: "text", lines: helpLines } };
