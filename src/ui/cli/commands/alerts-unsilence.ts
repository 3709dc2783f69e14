import { ExitCode } from "../../../ground/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["alerts", "unsilence"],
  summary: "End a silence before its time.",
  details: "ID is what `alerts silence` printed, or the start of it.",
  operands: { usage: "ID", least: 1, most: 1 },
  options: {},
  run: async (context, { operands: [id = ""] }) => {
    refuseReadOnly(context, "Ending a silence writes into the history.");
    using desk = await openAlertDeskFor(context);
    const silence = desk.unsilence(id);
    if (context.flags.json) context.document({ unsilenced: silence });
    else context.out(`✅ ${silence.rule} may be heard again on ${silence.gateway ?? "every gateway"}\n`);
    return ExitCode.fine;
  },
});
