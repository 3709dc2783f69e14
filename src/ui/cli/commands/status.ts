import { openFleet } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";
import { printStatus } from "../status.ts";

export const command = defineCommand({
  words: ["status"],
  summary: "Say how every gateway is: once, as text or JSON.",
  details: [
    "Exits 0 when all is well, 1 when alerts fire, and 3 when a gateway is down, frozen or refuses us.",
    "Unknown numbers are ?; a gateway is never called healthy because of a field that is always true.",
  ].join("\n"),
  options: {
    once: { kind: "flag", help: "look once and end (always so; accepted for scripts)" },
    wait: { kind: "duration", value: "TIME", help: "how long to wait for answers (3s)" },
  },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    return await printStatus(context, fleet, options.wait);
  },
});
