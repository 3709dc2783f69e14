import { defineCommand } from "../command.ts";
import { command as list } from "./alerts-list.ts";

export const command = defineCommand({
  words: ["alerts"],
  summary: "The same as alerts list.",
  details: "clawback alerts --help lists what else can be done with alerts.",
  options: list.options,
  run: (context, input) => list.run(context, input),
});
