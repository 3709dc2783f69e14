import { accept, openJournal, phaseOf } from "../../../core/index.ts";
import { ExitCode } from "../../../ground/index.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { audit } from "../takeback/audit.ts";
import { openDesk } from "../takeback/desk.ts";
import { noneWaits } from "../takeback/none-waits.ts";

export const command = defineCommand({
  words: ["restore", "accept"],
  summary: "Keep what was restored: the old state that was set aside is deleted.",
  details:
    "The snapshot that was taken right before the restore stays in the vault: the way back is longer, not gone.",
  options: {},
  run: async (context) => {
    await using desk = await openDesk(context);
    const journal = openJournal(desk.stateDir);
    if (journal === undefined || phaseOf(journal.records) !== "in-place") throw noneWaits(desk, "accepted");
    const { snapshot } = journal.begun;
    await confirm(context, {
      question: `Keep ${snapshot} and delete the old state of ${desk.settings.name}?`,
    });
    await accept(journal, "a person", context.clock);
    await audit(context, {
      deed: "restore-accept",
      gateway: desk.settings.name,
      snapshot,
      outcome: "accepted",
    });
    context.out(
      context.flags.json
        ? `${JSON.stringify({ result: { outcome: "accepted", snapshot } })}\n`
        : `✅ Accepted: ${snapshot}\n   The old state was deleted; the snapshot from right before it stays in the vault.\n`,
    );
    return ExitCode.fine;
  },
});
