import { defineCommand } from "../command.ts";
import { driveService } from "../service/drive-service.ts";

export const command = defineCommand({
  words: ["service", "stop"],
  summary: "Stop a gateway through its supervisor, letting it finish its work.",
  details: [
    "It is asked once and watched: draining can take minutes, and each step is told. Nothing is killed before the budget is",
    "over, and then only with --kill-when-over. A supervisor that starts it again at once is found out. A gateway labelled",
    "prod asks for its name to be typed. Exits 5 when refused, 7 when it still runs and a person is needed.",
  ].join("\n"),
  options: {
    "drain-budget": { kind: "duration", value: "TIME", help: "how long it may finish its work (330s)" },
    "kill-when-over": { kind: "flag", help: "kill it when the budget is over; what it was saying is lost" },
  },
  run: (context, { options }) =>
    driveService(context, "stop", {
      drainBudgetMs: options["drain-budget"],
      killWhenOver: options["kill-when-over"],
      readyWithinMs: 0,
    }),
});
