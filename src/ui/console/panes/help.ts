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
  const linesOf = (
    command: ConsoleCommand,
    shared: ReadonlyMap<string, readonly string[]>,
  ): readonly string[] => {
    const refusal = refusalOf(asked, command);
    const why = refusal === undefined ? "" : shared.has(refusal) ? ` (${help.notNow})` : ` (${refusal})`;
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
  const section = (title: string, commands: readonly ConsoleCommand[]): readonly string[] => {
    if (commands.length === 0) return [];
    const shared = sharedRefusals(asked, commands);
    return [
      look.rule(columns, title),
      ...[...shared].flatMap(([why, keys]) =>
        wrapped(help.sharedReason(keys.map((key) => `[${key}]`).join(" "), why), columns - 4).map((line) =>
          look.fit(`  ${look.paint("state.warn", line)}`, columns),
        ),
      ),
      ...commands.flatMap((command) => linesOf(command, shared)),
      "",
    ];
  };
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

/** Why several commands cannot run, each with their keys: told once, above them. */
const sharedRefusals = (
  model: ConsoleModel,
  commands: readonly ConsoleCommand[],
): ReadonlyMap<string, readonly string[]> => {
  const keysOf = new Map<string, readonly string[]>();
  for (const command of commands) {
    const refusal = refusalOf(model, command);
    const key = command.keys[0] ?? titleOf(model, command);
    if (refusal !== undefined) keysOf.set(refusal, [...(keysOf.get(refusal) ?? []), key]);
  }
  return new Map([...keysOf].filter(([, keys]) => keys.length > 1));
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
