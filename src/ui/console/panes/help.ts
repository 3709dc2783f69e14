import type { ConsoleCommand } from "../commands/index.ts";
import type { Look } from "../theme/index.ts";

/** All keys of a screen, in the words of their records; one that cannot run now says why. */
export const helpLines = (
  commands: readonly { readonly command: ConsoleCommand; readonly disabled: string | undefined }[],
  columns: number,
  look: Look,
): readonly string[] => [
  look.rule(columns, "keys"),
  ...commands.map(({ command, disabled }) => {
    const keys = look.paint("key", look.fit(command.keys.join(" "), 16));
    const why = disabled === undefined ? "" : look.paint("text.dim", ` (${disabled})`);
    return look.fit(`  ${keys}  ${look.fit(command.title, 18)}  ${command.help}${why}`, columns);
  }),
  "",
  look.rule(columns, "signs"),
  ...(
    [
      ["good", "well"],
      ["warn", "a warning fires"],
      ["bad", "down, or sick: something critical fires"],
      ["busy", "starting, stopping or suspended: on purpose"],
      ["unknown", "nobody can say; a number that is not known shows as ?"],
    ] as const
  ).map(([state, meaning]) => look.fit(`  ${look.sign(state)}  ${meaning}`, columns)),
  look.fit(
    "  STALE 42s  the last word of this gateway is 42 seconds old; its numbers may no longer be so",
    columns,
  ),
];
