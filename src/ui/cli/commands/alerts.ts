import { defineCommand } from "../command.ts";
import { command as list } from "./alerts-list.ts";

export const command = defineCommand({
  words: ["alerts"],
  summary: "List the alerts that fire now: the same as alerts list.",
  options: list.options,
  run: (context, input) => list.run(context, input),
});
