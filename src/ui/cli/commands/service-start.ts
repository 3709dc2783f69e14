import { defineCommand } from "../command.ts";
import { driveService } from "../service/drive-service.ts";

export const command = defineCommand({
  words: ["service", "start"],
  summary: "Start a gateway through its supervisor, and wait until it answers.",
  details: [
    "Running is not answering: it waits for the second, and says when only the first came. Exits 3 when it runs and does not",
    "answer in time, 7 when it does not run.",
  ].join("\n"),
  options: {
    "ready-within": {
      kind: "duration",
      value: "TIME",
      help: "how long to wait until it answers (60s; 0s: do not)",
    },
  },
  run: (context, { options }) =>
    driveService(context, "start", {
      drainBudgetMs: undefined,
      killWhenOver: false,
      readyWithinMs: options["ready-within"],
    }),
});
