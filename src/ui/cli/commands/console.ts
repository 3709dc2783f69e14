import type { FleetSource } from "../../fleet-source.ts";
import { defineCommand, type Context } from "../command.ts";

export const command = defineCommand({
  words: [],
  summary: "Open the console; without a terminal, say the status once.",
  endsUnread: true,
  options: {},
  run: async (context) => {
    // Gateways, services and sockets are not needed to draw the first frame: they are loaded behind it.
    const open = async (of: Context): Promise<FleetSource> =>
      (await import("../../fleet-source.ts")).openFleet(of);
    const { runConsole, wantsConsole } = await import("../../run-console.ts");
    if (!wantsConsole(context)) {
      const { printStatus } = await import("../status/print-status.ts");
      await using seen = await open(context);
      return await printStatus(context, seen);
    }
    // Standard error is the screen here; what was recovered stands on the console's own time axis.
    return await runConsole(context, () => open({ ...context, err: () => undefined }));
  },
});
