import { counted, ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { hurtLines, showProgress } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "repair"],
  summary: "Save what is whole of damaged objects, and take the rest out of use.",
  details: [
    "Reads the whole vault. What still proves whole is stored again; damaged objects move to quarantine, where they stay.",
    "The next save stores anew what the live state still has. Exits 1 when snapshots stay hurt.",
  ].join("\n"),
  options: {},
  run: async (context) => {
    refuseReadOnly(context, "The vault would be repaired.");
    const { flags, out, progress, signal } = context;
    const { vault } = await openConfiguredVault(context);
    const repaired = await vault.repair({ signal, onProgress: showProgress(context) }).finally(() => {
      progress(undefined);
    });
    const { quarantined, savedChunks, lostChunks, hurt, findings } = repaired;
    const isWhole = hurt.length === 0;
    if (flags.json) out(`${JSON.stringify({ ok: isWhole, ...repaired })}\n`);
    else if (quarantined.length === 0 && isWhole) out("✅ Nothing to repair: no object is damaged.\n");
    else {
      out(
        [
          `${isWhole ? "✅" : "⚠️"} Repaired: ${counted(quarantined.length, "damaged object is", "damaged objects are")} in quarantine`,
          `   ${counted(savedChunks, "piece was", "pieces were")} saved, ${counted(lostChunks, "is", "are")} lost`,
          ...hurtLines(findings.filter(({ snapshot }) => snapshot !== undefined)),
          ...(isWhole
            ? ["No snapshot is hurt."]
            : [
                `${counted(hurt.length, "snapshot stays", "snapshots stay")} hurt: ${hurt.join(", ")}.`,
                "clawback snapshots save now stores anew what the live state still has of it.",
              ]),
          "",
        ].join("\n"),
      );
    }
    return isWhole ? ExitCode.fine : ExitCode.notFine;
  },
});
