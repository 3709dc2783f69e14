import { ExitCode, harmlessLine } from "../../../ground/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["incident", "note"],
  summary: "Write a note on an incident: what you saw, what you did.",
  details: [
    "It stands on the timeline and in the report, with your name and the time. Consoles and the guard hear of it at once.",
    "",
    '  clawback incident note i1a2b3c "provider says the key was revoked at 02:10"',
  ].join("\n"),
  operands: { usage: "ID TEXT", least: 2 },
  options: {},
  run: async (context, { operands: [id = "", ...words] }) => {
    refuseReadOnly(context, "A note is written into the history.");
    using desk = await openAlertDeskFor(context);
    const incident = desk.note(id, harmlessLine(words.join(" "), 500));
    if (context.flags.json) context.document({ incident: incident.id, notes: incident.notes });
    else context.out(`✅ Noted on ${incident.id}: ${incident.title}\n`);
    return ExitCode.fine;
  },
});
