import { defineCommand } from "../command.ts";
import { driveService } from "../service/drive-service.ts";

export const command = defineCommand({
  words: ["service", "restart"],
  summary: "Stop a gateway, start it when it has ended, and wait until it answers.",
  details: [
    "Both halves go by the rules of `service stop` and `service start`; when it does not end, it is not started.",
  ].join("\n"),
  options: {
    "drain-budget": { kind: "duration", value: "TIME", help: "how long it may finish its work (330s)" },
    "kill-when-over": { kind: "flag", help: "kill it when the budget is over; what it was saying is lost" },
    "ready-within": {
      kind: "duration",
      value: "TIME",
      help: "how long to wait until it answers (60s; 0s: do not)",
    },
  },
  run: (context, { options }) =>
    driveService(context, "restart", {
      drainBudgetMs: options["drain-budget"],
      killWhenOver: options["kill-when-over"],
      readyWithinMs: options["ready-within"],
    }),
});
