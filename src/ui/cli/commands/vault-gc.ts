import { bytes, counted, ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { showProgress, timeText } from "../vault/index.ts";

export const command = defineCommand({
  words: ["vault", "gc"],
  summary: "Free what no snapshot needs any more.",
  details: [
    "In two steps, so that it never takes away what a save under way relies on: what is not needed and an hour old is",
    "announced, and a run 15 minutes later or more deletes it.",
  ].join("\n"),
  options: {},
  run: async (context) => {
    refuseReadOnly(context, "Objects of the vault would be deleted.");
    const { flags, out, progress, signal } = context;
    const { vault } = await openConfiguredVault(context);
    const collected = await vault.collect({ signal, onProgress: showProgress(context) }).finally(() => {
      progress(undefined);
    });
    const { freedBytes, deletedPacks, announcedBytes, announcedPacks, repackedPacks } = collected;
    const { waitingBytes, waitingPacks, waitingUntil } = collected;
    if (flags.json) out(`${JSON.stringify(collected)}\n`);
    else {
      out(
        [
          `✅ Freed ${bytes(freedBytes)} (${counted(deletedPacks, "pack")})`,
          ...(announcedPacks === 0
            ? []
            : [
                `   ${bytes(announcedBytes)} more (${counted(announcedPacks, "pack")}) can go with a run 15 minutes from now`,
              ]),
          ...(waitingUntil === null
            ? []
            : [
                `   ${bytes(waitingBytes)} more (${counted(waitingPacks, "pack")}) cannot go yet: a save under way may rely on it`,
                `   Run this again from ${timeText(waitingUntil)} UTC on`,
              ]),
          ...(repackedPacks === 0 ? [] : [`   ${counted(repackedPacks, "pack")} put together`]),
          "",
        ].join("\n"),
      );
    }
    return ExitCode.fine;
  },
});
