import { age, ExitCode, moment } from "../../../ground/index.ts";
import { defineCommand } from "../command.ts";
import { knownIncidents } from "../incidents.ts";
import { textTable } from "../table.ts";

export const command = defineCommand({
  words: ["incident", "list"],
  summary: "List the incidents, newest first.",
  details: "Exits 1 while one is open. `clawback incident report ID` tells the story of one.",
  options: {},
  run: async (context) => {
    const incidents = await knownIncidents(context);
    const now = context.clock.now();
    if (context.flags.json) context.document({ incidents });
    else if (incidents.length === 0) context.out("✅ No incident is known\n");
    else {
      const rows = incidents.map((each) => [
        each.id,
        each.priority,
        each.state === "open"
          ? `open ${age(now - each.onset.at)}`
          : `${age((each.resolvedAt ?? now) - each.onset.at)} long`,
        moment(each.onset.at),
        each.gateways.slice(0, 3).join(", ") + (each.gateways.length > 3 ? " …" : ""),
        each.title,
      ]);
      context.out(`${textTable(["ID", "P", "STATE", "BEGAN", "GATEWAYS", "WHAT"], rows).join("\n")}\n`);
    }
    return incidents.some(({ state }) => state === "open") ? ExitCode.notFine : ExitCode.fine;
  },
});
