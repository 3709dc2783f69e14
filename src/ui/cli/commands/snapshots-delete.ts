import { ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { findEvenDamaged, noteLines } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "delete"],
  summary: "Delete snapshots.",
  details: [
    "What no other snapshot needs is freed by the next `clawback vault gc`. The id of a deleted snapshot never comes to",
    "mean another. Protected snapshots are refused; a damaged one is deleted by its id.",
  ].join("\n"),
  operands: { usage: "REF…", least: 1 },
  options: {},
  run: async (context, { operands }) => {
    const { vault } = await openConfiguredVault(context);
    const listed = await vault.list();
    const { ids, found } = await findEvenDamaged(context, listed, operands);
    context.err(noteLines(found, context));
    const left = listed.snapshots.filter(({ id }) => !ids.includes(id));
    // With the last one that is known to be whole, the way back itself goes.
    const losesLast =
      listed.snapshots.some(({ verifiedAt }) => verifiedAt !== null) &&
      left.every(({ verifiedAt }) => verifiedAt === null);
    await confirm(context, {
      question: `Delete ${ids.join(", ")}?${losesLast ? " No verified snapshot will be left." : ""}`,
      ...(losesLast ? { typed: "delete" } : {}),
    });
    await vault.delete(ids);
    context.out(
      context.flags.json
        ? `${JSON.stringify({ deleted: ids })}\n`
        : ids.map((id) => `✅ Deleted snapshot: ${id}\n`).join(""),
    );
    return ExitCode.fine;
  },
});
