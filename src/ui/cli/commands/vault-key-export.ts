import { ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["vault", "key", "export"],
  summary: "Show the recovery key: to write down and keep away from this machine.",
  options: {},
  run: async (context) => {
    const { vault } = await openConfiguredVault(context);
    const recoveryKey = await vault.recoveryKey();
    context.out(context.flags.json ? `${JSON.stringify({ recoveryKey })}\n` : `${recoveryKey}\n`);
    return ExitCode.fine;
  },
});
