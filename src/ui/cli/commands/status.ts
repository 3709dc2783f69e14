import { openFleet } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";
import { printStatus } from "../status/print-status.ts";

export const command = defineCommand({
  words: ["status"],
  summary: "Say how every gateway is: once, as text or JSON.",
  details: [
    "Looks at every gateway until it has told what it tells, and prints one line for each: state, version, uptime,",
    "tightest context, sessions, channels, memory. Below a gateway that is not fine stands why, and what to do next.",
    "A gateway that does not answer is read from its state directory where that is on this machine; such numbers",
    "say `from disk`. Unknown is ?, and nothing is called healthy because of a field that is always true.",
    "",
    "Alerts that need time to show (a silent gateway, a growing memory) are known only while a guard or a console",
    "watches: `clawback guard`. When one does, its alerts are shown here too.",
    "",
    "Exits 0 when all is well; 1 when alerts fire or a gateway is still starting, stopping or suspended; 3 when one",
    "is down, frozen or refuses us.",
  ].join("\n"),
  options: {
    all: { kind: "flag", help: "end with context usage and memory sync of the whole fleet" },
    deep: { kind: "flag", help: "with sessions, channels, queues and configuration" },
    compare: {
      kind: "text",
      value: "REF",
      help: "with what changed since this snapshot (an id, a name, last-good)",
    },
    once: { kind: "flag", help: "look once and end (always so; accepted for scripts)" },
    wait: { kind: "duration", value: "TIME", help: "how long to wait for answers (7s)" },
  },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    return await printStatus(context, fleet, {
      all: options.all,
      deep: options.deep,
      compare: options.compare,
      withinMs: options.wait,
    });
  },
});
