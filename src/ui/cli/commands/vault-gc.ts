import { bytes, count, ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { showProgress } from "../vault/index.ts";

export const command = defineCommand({
  words: ["vault", "gc"],
  summary: "Free what no snapshot needs any more.",
  details: [
    "In two steps, so that it never takes away what a save under way relies on: what is not needed is announced, and a",
    "run some time later deletes it.",
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
    if (flags.json) out(`${JSON.stringify(collected)}\n`);
    else {
      out(
        [
          `✅ Freed ${bytes(freedBytes)} (${count(deletedPacks)} packs)`,
          ...(announcedPacks === 0
            ? []
            : [
                `   ${bytes(announcedBytes)} more (${count(announcedPacks)} packs) can go with a run in a while`,
              ]),
          ...(repackedPacks === 0 ? [] : [`   ${count(repackedPacks)} packs were put together`]),
          "",
        ].join("\n"),
      );
    }
    return ExitCode.fine;
  },
});
