import { existsSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { rekeyUnfinished } from "../../../core/index.ts";
import { ExitCode, isProblem } from "../../../ground/index.ts";
import { nextKeyFile, openConfiguredVault, ownKeyFile } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { recoveryKeyLines } from "../vault/made-vault.ts";

export const command = defineCommand({
  words: ["vault", "key", "rotate"],
  summary: "Make new keys for the vault; the old ones stop opening it.",
  details: [
    "Nothing is written anew but the keys. Somebody who opened the vault before may have kept what its data is encrypted",
    "with: against that only a new vault helps. A passphrase besides is taken from CLAWBACK_PASSPHRASE.",
  ].join("\n"),
  options: { "key-file": { kind: "text", value: "FILE", help: "where the new key file goes" } },
  run: async (context, { options }) => {
    const { vault, settings } = await openConfiguredVault(context);
    await confirm(context, { question: "Make new keys? The old key file and recovery key stop working." });
    const asked = options["key-file"];
    const keyFile = asked === undefined ? ownKeyFile(context, settings) : resolve(context.cwd, asked);
    // The old key stays in its place until the new one opens the vault.
    const takesPlace = asked === undefined && existsSync(keyFile);
    const written = takesPlace ? nextKeyFile(keyFile) : keyFile;
    // One from an attempt that came to nothing: the vault was opened without it.
    if (takesPlace) rmSync(written, { force: true });
    const hadPassphrase = (await vault.info()).keys.includes("passphrase");
    const passphrase = context.env["CLAWBACK_PASSPHRASE"] ?? "";
    const exchange = (): void => {
      if (takesPlace) renameSync(written, keyFile);
    };
    const { recoveryKey } = await vault
      .rekey({ keyFile: written, ...(passphrase === "" ? {} : { passphrase }) })
      .catch((error: unknown) => {
        // The new key is the one that is sure to open the vault.
        if (isProblem(error) && error.code === rekeyUnfinished) exchange();
        throw error;
      });
    exchange();
    const isPassphraseLost = hadPassphrase && passphrase === "";
    context.out(
      context.flags.json
        ? `${JSON.stringify({ keyFile, recoveryKey })}\n`
        : [
            `✅ New key file: ${keyFile} (0600)`,
            ...(isPassphraseLost
              ? [
                  "⚠️ The old passphrase is gone too. To have one again: CLAWBACK_PASSPHRASE=… clawback vault key rotate.",
                ]
              : []),
            ...recoveryKeyLines({ recoveryKey }),
            "",
          ].join("\n"),
    );
    return ExitCode.fine;
  },
});
