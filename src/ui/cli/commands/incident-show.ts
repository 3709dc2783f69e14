import { ExitCode } from "../../../ground/index.ts";
import { incidentReport } from "../../../watch/index.ts";
import { defineCommand } from "../command.ts";
import { incidentText } from "../incident-text.ts";
import { knownIncidents, pickIncident } from "../incidents.ts";

export const command = defineCommand({
  words: ["incident", "show"],
  summary: "Explain an incident on one screen: what, since when, evidence, last good, next step.",
  details: [
    "Without ID: the newest open incident, else the newest. Every step is a command to paste or a screen of the console;",
    "tick it off with `clawback incident done`. The whole story is in `clawback incident report`. Exits 1 while it is open.",
  ].join("\n"),
  operands: { usage: "[ID]", least: 0, most: 1 },
  options: {},
  run: async (context, { operands: [id] }) => {
    const { clock, document, flags, out, terminal } = context;
    const incident = pickIncident(await knownIncidents(context), id);
    const now = clock.now();
    if (flags.json) document({ incident: incidentReport(incident, now) });
    else out(incidentText(incident, now, terminal.interactive ? terminal : { columns: 80, rows: 24 }));
    return incident.state === "open" ? ExitCode.notFine : ExitCode.fine;
  },
});
