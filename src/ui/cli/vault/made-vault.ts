import type { MadeVault } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { wrapped } from "../wrapped.ts";

/** For a vault that was made in passing. A key is not written into what may be somebody's log. */
export const madeVaultText = (context: Context, made: MadeVault): string =>
  [
    ...wrapped("", `There was no vault yet: it was made at ${made.path}.`, context.terminal),
    ...(made.keyFile === undefined ? [] : wrapped("", `Its key is ${made.keyFile}.`, context.terminal)),
    ...(context.terminal.interactive
      ? recoveryKeyLines(made)
      : ["clawback vault key export shows its recovery key: write it down, away from this machine."]),
    "",
    "",
  ].join("\n");

export const recoveryKeyLines = ({ recoveryKey }: Pick<MadeVault, "recoveryKey">): readonly string[] =>
  recoveryKey === undefined
    ? []
    : [
        "",
        "Recovery key: write it down and keep it away from this machine.",
        "",
        `    ${recoveryKey}`,
        "",
        "It opens the vault when the key file is lost:",
        "CLAWBACK_RECOVERY_KEY=… clawback vault key rotate",
      ];
