import { resolve } from "node:path";
import { compressions } from "../../../core/index.ts";
import { ExitCode } from "../../../ground/index.ts";
import { makeVault, ownKeyFile, vaultSettings } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { recoveryKeyLines } from "../vault/made-vault.ts";

export const command = defineCommand({
  words: ["vault", "init"],
  summary: "Make a vault, with its key file and recovery key.",
  details: [
    "The key file is readable by its owner only and lies outside of the vault: who copies the vault does not get the key.",
    "A passphrase besides is taken from CLAWBACK_PASSPHRASE.",
  ].join("\n"),
  options: {
    "key-file": { kind: "text", value: "FILE", help: "where the new key file goes" },
    compression: { kind: compressions, help: "how data is compressed (lz4, or as configured)" },
    "no-encryption": { kind: "flag", help: "leave the vault in the open" },
  },
  run: async (context, { options }) => {
    const { compression } = options;
    const keyFile = options["key-file"];
    const passphrase = context.env["CLAWBACK_PASSPHRASE"] ?? "";
    const settings = await vaultSettings(context);
    const made = await makeVault(context, settings, {
      ...(keyFile === undefined ? {} : { keyFile: resolve(context.cwd, keyFile) }),
      ...(compression === undefined ? {} : { compression }),
      ...(options["no-encryption"] ? { encryption: "none" } : {}),
      ...(passphrase === "" ? {} : { passphrase }),
    });
    if (context.flags.json) context.out(`${JSON.stringify({ vault: made })}\n`);
    else {
      context.out(
        [
          `✅ Vault made: ${made.path}`,
          ...(made.keyFile === undefined
            ? ["⚠️ It is not encrypted."]
            : [
                `✅ Key file: ${made.keyFile} (0600)`,
                ...(ownKeyFile(context, settings) === made.keyFile
                  ? []
                  : [
                      "⚠️ It is not looked for there: name it as vault.encryption.keyFile in the configuration.",
                    ]),
              ]),
          ...recoveryKeyLines(made),
          "",
        ].join("\n"),
      );
    }
    return ExitCode.fine;
  },
});
