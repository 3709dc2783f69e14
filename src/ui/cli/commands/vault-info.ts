import { ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { timeText } from "../vault/index.ts";

export const command = defineCommand({
  words: ["vault", "info"],
  summary: "Say where the vault is, how it is kept and what opens it.",
  options: {},
  run: async (context) => {
    const { vault } = await openConfiguredVault(context);
    const info = await vault.info();
    context.out(
      context.flags.json
        ? `${JSON.stringify({ vault: info })}\n`
        : [
            `Vault            ${info.path}`,
            `Id               ${info.id}`,
            `Format           ${info.version}, made ${timeText(info.createdAt)} UTC`,
            `Encryption       ${info.encrypted ? "AES-256-GCM" : "none"}`,
            `Compression      ${info.compression}`,
            `Opens with       ${info.keys.join(", ")}`,
            "",
          ].join("\n"),
    );
    return ExitCode.fine;
  },
});
