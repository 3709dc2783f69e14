import { ExitCode } from "../../../ground/index.ts";
import { runbookOf } from "../../../watch/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["incident", "done"],
  summary: "Tick a step of an incident's runbook off, so that nobody does it again.",
  details:
    "STEP is the word before it in `clawback incident show`, or the start of it. --undo takes the tick back.",
  operands: { usage: "ID STEP", least: 2, most: 2 },
  options: { undo: { kind: "flag", help: "it was not done after all" } },
  run: async (context, { operands: [id = "", step = ""], options }) => {
    refuseReadOnly(context, "A tick is written into the history.");
    using desk = await openAlertDeskFor(context);
    const incident = desk.tick(id, step, !options.undo);
    const runbook = runbookOf(incident);
    if (context.flags.json) context.document({ incident: incident.id, runbook });
    else {
      const left = runbook.filter(({ done }) => done === undefined);
      context.out(
        `✅ ${options.undo ? "No longer done" : "Done"}: ${step}. ${left.length === 0 ? "That was the last step." : `${left.length} of ${runbook.length} left, next: ${left[0]?.id ?? ""}`}\n`,
      );
    }
    return ExitCode.fine;
  },
});
