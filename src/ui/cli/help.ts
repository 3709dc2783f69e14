import { foldLine, foldText } from "./fold.ts";
import { globalOptions, type Command, type OptionSpec, type OptionSpecs } from "./command.ts";

const optionLine = ([name, spec]: readonly [string, OptionSpec], width: number): string => {
  const placeholder =
    spec.kind === "flag"
      ? ""
      : ` ${spec.value ?? (Array.isArray(spec.kind) ? spec.kind.join("|") : "VALUE")}`;
  return `  ${`--${name}${placeholder}`.padEnd(width)}  ${spec.help}`;
};

const optionLines = (specs: OptionSpecs, width = 26): readonly string[] =>
  Object.entries(specs).map((entry) => optionLine(entry, width));

const usageOf = (command: Command): string =>
  [
    "clawback",
    ...command.words,
    ...(command.operands === undefined ? [] : [command.operands.usage]),
    ...(Object.keys(command.options).length > 0 ? ["[options]"] : []),
    ...(command.passThrough === true ? ["-- COMMAND…"] : []),
  ].join(" ");

/** One command, and those that go on from its words (`alerts`, then `alerts ack`). */
export const helpOfCommand = (command: Command, below: readonly Command[], columns: number): string =>
  folded(columns, [
    command.summary,
    "",
    `  ${usageOf(command)}`,
    ...(command.details === undefined ? [] : ["", ...foldText(command.details, readable(columns))]),
    ...(Object.keys(command.options).length === 0 ? [] : ["", "Options", ...optionLines(command.options)]),
    ...(below.length === 0 ? [] : ["", "Also", ...commandLines(below)]),
    "",
    "Everywhere",
    ...optionLines(globalOptions),
    "",
  ]);

const exitCodes = [
  "Exit codes: 0 fine · 1 checked and not fine · 2 usage · 3 gateway unreachable or refused us ·",
  "4 vault missing, wrong key or unknown format · 5 refused by preflight · 6 failed and put back ·",
  "7 failed and needs a person · 130 interrupted",
].join("\n");

/** Lines longer than this tire the eye. */
const readable = (columns: number): number => Math.min(columns, 100);

const folded = (columns: number, lines: readonly string[]): string =>
  lines.flatMap((line) => foldLine(line, columns)).join("\n");

/** All commands, or those of one family (`snapshots`). */
export const helpOfCommands = (commands: readonly Command[], columns: number): string =>
  folded(columns, [
    "clawback watches OpenClaw gateways and takes a bad moment back.",
    "",
    "  clawback                 the console (without a terminal: status, once)",
    "  clawback COMMAND --help  what a command takes",
    "",
    "Commands",
    ...commandLines(commands),
    "",
    "Everywhere",
    ...optionLines(globalOptions),
    "",
    ...foldText(exitCodes, readable(columns)),
    "",
  ]);

const commandLines = (commands: readonly Command[]): readonly string[] => {
  const names = commands.map((command) => [...command.words, command.operands?.usage ?? ""].join(" ").trim());
  const width = Math.min(34, Math.max(...names.map((name) => name.length)));
  return commands.map((command, index) => {
    const name = names[index] ?? "";
    return name.length > width
      ? `  ${name}\n  ${"".padEnd(width)}  ${command.summary}`
      : `  ${name.padEnd(width)}  ${command.summary}`;
  });
};
