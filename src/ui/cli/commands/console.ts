import { openFleet } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: [],
  summary: "Open the console; without a terminal, say the status once.",
  endsUnread: true,
  options: {},
  run: async (context) => {
    const { runConsole, wantsConsole } = await import("../../run-console.ts");
    if (!wantsConsole(context)) {
      const { printStatus } = await import("../status/print-status.ts");
      await using seen = await openFleet(context);
      return await printStatus(context, seen);
    }
    // Standard error is the screen here; what was recovered stands on the console's own time axis.
    return await runConsole(context, () => openFleet({ ...context, err: () => undefined }));
  },
});
