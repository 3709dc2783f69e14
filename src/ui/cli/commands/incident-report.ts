import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ExitCode, Problem } from "../../../ground/index.ts";
import { incidentMarkdown, incidentReport } from "../../../watch/index.ts";
import { defineCommand } from "../command.ts";
import { knownIncidents, pickIncident } from "../incidents.ts";

export const command = defineCommand({
  words: ["incident", "report"],
  summary: "Write the story of an incident: Markdown for people, JSON for tools.",
  details: [
    "Onset and why, priority, last good snapshot, alerts, timeline, runbook with its ticks, notes. Without ID: the newest",
    "open incident, else the newest. Words from gateways cannot act as markup.",
  ].join("\n"),
  operands: { usage: "[ID]", least: 0, most: 1 },
  options: { out: { kind: "text", value: "FILE", help: "write it there instead of printing it" } },
  run: async (context, { operands: [id], options }) => {
    const incident = pickIncident(await knownIncidents(context), id);
    const now = context.clock.now();
    const text = context.flags.json
      ? `${JSON.stringify(incidentReport(incident, now))}\n`
      : incidentMarkdown(incident, now);
    if (options.out === undefined) context.out(text);
    else {
      const file = resolve(context.cwd, options.out);
      try {
        // A report is never worth a file that was there before.
        await writeFile(file, text, { flag: "wx", mode: 0o600 });
      } catch (cause) {
        throw new Problem("REPORT_NOT_WRITTEN", `${file} could not be written, or is there already.`, {
          hint: "Name a file that is not there yet, in a directory of yours.",
          exit: ExitCode.usage,
          cause,
        });
      }
      context.err(`✅ Wrote ${file}\n`);
    }
    return ExitCode.fine;
  },
});
