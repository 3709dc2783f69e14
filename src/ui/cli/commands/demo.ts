import type { FleetSource } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["demo"],
  summary: "Open the console on an embedded fleet with a scripted incident.",
  details: [
    "The gateways of the demo speak the real protocol on this machine's loopback address and have real state",
    "directories in a temporary folder. A deploy, rising context pressure, a dead session and a dying channel unfold",
    "within two minutes; --speed makes them come faster, --gateways brings more gateways than the story needs.",
  ].join("\n"),
  endsUnread: true,
  options: {
    speed: { kind: "number", value: "N", help: "how many times as fast the incident unfolds (1 to 100)" },
    gateways: { kind: "number", value: "N", help: "how many gateways there are (4; up to 200)" },
    busy: { kind: "flag", help: "the first stop waits for a turn that does not end, for minutes" },
    mishap: { kind: "flag", help: "the first restore finds a gateway that does not start, and is put back" },
  },
  run: async (context, { options }) => {
    // As in the console, behind the first frame.
    const open = async (): Promise<FleetSource> => {
      const { openDemoFleet } = await import("../../fleet-source.ts");
      return await openDemoFleet(context, "DEMO", {
        speed: Math.max(1, Math.min(100, options.speed ?? 1)),
        mishap: options.mishap,
        busy: options.busy,
        ...(options.gateways === undefined ? {} : { gateways: Math.max(1, Math.round(options.gateways)) }),
      });
    };
    const { runConsole, wantsConsole } = await import("../../run-console.ts");
    if (wantsConsole(context)) return await runConsole(context, open);
    const { printStatus } = await import("../status/print-status.ts");
    await using fleet = await open();
    return await printStatus(context, fleet);
  },
});
