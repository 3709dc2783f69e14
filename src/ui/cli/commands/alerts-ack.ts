import { ExitCode } from "../../../ground/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["alerts", "ack"],
  summary: "Say that you know of an alert: it stays on the list and makes no more noise.",
  details: [
    "ID is the word at the beginning of an alert in `clawback alerts`, or the start of it. The guard and every console",
    "hear of it within a second. Only alerts that a guard or a console has seen can be acknowledged.",
  ].join("\n"),
  operands: { usage: "ID…", least: 1 },
  options: {
    note: { kind: "text", value: "TEXT", help: "what you know or do about it; kept with the alert" },
  },
  run: async (context, { operands, options }) => {
    refuseReadOnly(context, "Acknowledging writes into the history.");
    using desk = await openAlertDeskFor(context);
    const alerts = operands.map((id) => desk.acknowledge(id, options.note));
    if (context.flags.json) context.document({ acknowledged: alerts });
    else
      for (const { id, rule, gateway, acknowledged } of alerts)
        context.out(`✅ Acknowledged ${id}: ${rule} on ${gateway}, by ${acknowledged?.by ?? "?"}\n`);
    return ExitCode.fine;
  },
});
