import { bytes, counted, ExitCode, Problem } from "../../../ground/index.ts";
import { openConfiguredVault, targetPath } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { findSeveral, noteLines, showProgress } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "export"],
  summary: "Write snapshots into one encrypted file, to carry to another machine.",
  details:
    "The file holds all they need and opens with the keys of this vault: bring its recovery key along.",
  operands: { usage: "REF…", least: 1 },
  options: { out: { kind: "text", value: "FILE", help: "the file to write; it must not be there yet" } },
  run: async (context, { options, operands }) => {
    if (options.out === undefined) {
      throw new Problem("USAGE_VALUE", `"snapshots export" needs --out FILE.`, { exit: ExitCode.usage });
    }
    const path = targetPath(context, options.out);
    const { vault } = await openConfiguredVault(context);
    const found = await findSeveral(context, await vault.list(), operands);
    context.err(noteLines(found, context));
    const ids = found.map(({ snapshot }) => snapshot.id);
    const exported = await vault
      .exportBundle(ids, path, { signal: context.signal, onProgress: showProgress(context) })
      .finally(() => {
        context.progress(undefined);
      });
    context.out(
      context.flags.json
        ? `${JSON.stringify({ file: path, ...exported, ids })}\n`
        : `✅ Exported ${counted(ids.length, "snapshot")} to ${path} (${bytes(exported.sizeBytes)})\n`,
    );
    return ExitCode.fine;
  },
});
