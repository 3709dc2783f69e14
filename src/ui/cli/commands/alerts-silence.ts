import { age, clockTime, ExitCode, harmlessLine, Problem } from "../../../ground/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import { namesAsked } from "../../fleet-source.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand } from "../command.ts";

const longestMs = 30 * 86_400_000;

export const command = defineCommand({
  words: ["alerts", "silence"],
  summary: "Keep a rule quiet for a time, on every gateway or on one.",
  details: [
    "Its alerts live on and are shown, and nobody is called. A silence always ends by itself.",
    "",
    "  clawback alerts silence channel-disconnected --for 2h --gateway staging --reason 'bot is being moved'",
  ].join("\n"),
  operands: { usage: "RULE", least: 1, most: 1 },
  options: {
    for: { kind: "duration", value: "TIME", help: "how long (1h)" },
    reason: { kind: "text", value: "TEXT", help: "why; shown with the silence" },
  },
  run: async (context, { operands: [rule = ""], options }) => {
    refuseReadOnly(context, "A silence is written into the history.");
    const lastsMs = options.for ?? 3_600_000;
    if (lastsMs <= 0 || lastsMs > longestMs) {
      throw new Problem("USAGE_VALUE", "--for takes a time of up to 30d.", {
        hint: "For ever is `enabled: false` of the rule in the configuration.",
        exit: ExitCode.usage,
      });
    }
    using desk = await openAlertDeskFor(context);
    const reason = options.reason === undefined ? undefined : harmlessLine(options.reason, 200);
    const targets = [...((await namesAsked(context))?.names ?? [undefined])];
    const silences = targets.map((gateway) => desk.silence(rule, lastsMs, gateway, reason));
    if (context.flags.json) context.document({ silences });
    else
      for (const { id, gateway, until } of silences)
        context.out(
          `✅ Silenced ${rule} on ${gateway ?? "every gateway"} for ${age(lastsMs)}, until ${clockTime(until)} UTC\n   end it: clawback alerts unsilence ${id}\n`,
        );
    return ExitCode.fine;
  },
});
