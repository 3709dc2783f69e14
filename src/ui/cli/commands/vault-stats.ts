import { bytes, count, ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["vault", "stats"],
  summary: "Say what the vault takes on disk.",
  options: {},
  run: async (context) => {
    const { vault } = await openConfiguredVault(context);
    const stats = await vault.stats();
    context.out(
      context.flags.json
        ? `${JSON.stringify({ vault: stats })}\n`
        : [
            `Snapshots        ${count(stats.snapshots)}`,
            `Packs            ${count(stats.packs)}`,
            `On disk          ${bytes(stats.storedBytes)}`,
            `Cache            ${bytes(stats.cacheBytes)} (can be made again)`,
            ...(stats.quarantinedBytes === 0
              ? []
              : [`Quarantine       ${bytes(stats.quarantinedBytes)} of damaged objects`]),
            "",
          ].join("\n"),
    );
    return ExitCode.fine;
  },
});
