import { openFleet } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: [],
  summary: "Open the console; without a terminal, say the status once.",
  options: {},
  run: async (context) => {
    const { runConsole, wantsConsole } = await import("../../run-console.ts");
    if (!wantsConsole(context)) {
      const status = await import("./status.ts");
      return await status.command.run(context, { options: {}, operands: [], afterDashes: [] });
    }
    return await runConsole(context, () => openFleet(context));
  },
});
