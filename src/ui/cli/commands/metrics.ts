import { openFleet } from "../../fleet-source.ts";
import { toldByOthers } from "../../history.ts";
import { defineCommand } from "../command.ts";
import { exposition, metricsDocument } from "../exposition.ts";
import { look, toldMore } from "../look.ts";
import { fleetStatus } from "../status/fleet-status.ts";
import { exitFor, isUnreachable } from "../verdict.ts";

export const command = defineCommand({
  words: ["metrics"],
  summary: "Print every number known of each gateway, as Prometheus text or JSON.",
  details: [
    "Prometheus text unless JSON is asked for: write it into the directory of a node exporter's textfile collector, or",
    "scrape it by whatever runs commands. A number that is not known is left out (null in JSON), never 0.",
    "Exits 3 when a gateway does not answer; its clawback_gateway_up is 0 then.",
  ].join("\n"),
  options: {
    format: { kind: ["json", "prometheus"], help: "prometheus, or json (the same as --json)" },
    wait: { kind: "duration", value: "TIME", help: "how long to wait for answers (7s)" },
  },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    const model = await look(context, fleet, { withinMs: options.wait, hasTold: toldMore });
    const { gateways, vaultAlerts } = fleetStatus(model, await toldByOthers(context, fleet));
    const alerts = [...gateways.flatMap((each) => each.alerts), ...vaultAlerts];
    const asJson = options.format === "json" || (options.format === undefined && context.flags.json);
    if (asJson) context.document(metricsDocument(model, alerts));
    else context.out(exposition(model, alerts));
    // Numbers are the answer here, alerts among them: only a gateway that gave none is a failure.
    return exitFor(model.gateways.map((gateway) => (isUnreachable(gateway) ? "unreachable" : "fine")));
  },
});
