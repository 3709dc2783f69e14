import { ExitCode, harmlessLine, moment } from "../../../ground/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import { namesAsked } from "../../fleet-source.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand } from "../command.ts";
import { parseDuration } from "../duration.ts";
import { parseInstant } from "../instant.ts";

export const command = defineCommand({
  words: ["mark"],
  summary: "Put a mark on the time axis: a deploy, a change, a note.",
  details: [
    "Marks are shown on every time axis and in every incident, so that `what changed just before` has an answer. Call it",
    "from the deploy script. With --gateway it is about that gateway, without it about everything.",
    "",
    '  clawback mark "deploy 2026.9.6" --gateway prod-eu',
  ].join("\n"),
  operands: { usage: "TEXT", least: 1 },
  options: {
    at: { kind: "text", value: "TIME", help: "when it was: 10m (ago), 02:15 (UTC), 2026-11-20T02:15 (now)" },
  },
  run: async (context, { operands, options }) => {
    const { clock, flags } = context;
    refuseReadOnly(context, "A mark is written into the history.");
    const now = clock.now();
    const at =
      options.at === undefined
        ? now
        : parseInstant(options.at, "--at", now, (text) => parseDuration(text, "--at"));
    const text = harmlessLine(operands.join(" "), 200);
    const targets = [...((await namesAsked(context))?.names ?? [undefined])];
    using desk = await openAlertDeskFor(context);
    const marks = targets.map((gateway) => desk.mark(text, gateway, at));
    if (flags.json) context.document({ marks });
    else
      for (const { gateway } of marks)
        context.out(`✅ Marked ${moment(at)}${gateway === undefined ? "" : ` on ${gateway}`}: ${text}\n`);
    return ExitCode.fine;
  },
});
