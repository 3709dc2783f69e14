import { defaultAlertSettings, encodeHeader, type Event } from "../../../watch/index.ts";
import { identityOf } from "../../../watch/effects/index.ts";
import { openFleet, type FleetSource } from "../../fleet-source.ts";
import { watchFleet } from "../../watch-fleet.ts";
import { defineCommand, type Context } from "../command.ts";
import { untilInterrupted } from "../until-interrupted.ts";

/** What `--kind` compares with: the kind of news for what gateways tell, the kind of event for the rest. */
const kindOf = (event: Event): string => (event.kind === "gateway" ? event.event.kind : event.kind);

/** What a replay must know first. Where alerts are sent is nobody's business who gets the recording. */
const opening = async (context: Context, fleet: FleetSource, at: number): Promise<Event> => {
  const { alerts, policies } = await context.config();
  const { outputs, knownSecrets } = defaultAlertSettings;
  return {
    kind: "settings",
    at,
    gateways: fleet.gateways.map(identityOf),
    alerts: { ...alerts, outputs, knownSecrets },
    policies,
  };
};

export const command = defineCommand({
  words: ["watch"],
  summary: "Print everything that happens, one JSON document a line, until interrupted.",
  details: [
    "Each line is one event: what a gateway told (kind gateway, with its own kind inside event), marks, and a tick every",
    "second by which the rules are judged. The first line says what it is. Unfiltered, the output is a recording: kept in",
    "a file, it replays an incident. It never holds what was said in a conversation, nor secrets.",
    "",
    "  clawback watch --kind connection --kind log | jq -c .event",
  ].join("\n"),
  endsUnread: true,
  options: {
    kind: {
      kind: "texts",
      value: "KIND",
      help: "only this kind (connection, log, turn, channels …); may be repeated",
    },
    for: { kind: "duration", value: "TIME", help: "end after so long, with exit code 0" },
  },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    if (fleet.banner !== undefined) context.err(`${fleet.banner}\n`);
    const wanted = new Set(options.kind);
    if (wanted.size === 0) {
      const at = context.clock.now();
      context.out(`${encodeHeader(at)}\n`);
      context.document(await opening(context, fleet, at));
    }
    await using watching = await watchFleet(context, fleet, {
      onChange: () => undefined,
      onEvent: (event) => {
        if (wanted.size === 0 || wanted.has(kindOf(event))) context.document(event);
      },
    });
    watching.pace("focused");
    return await untilInterrupted(context, options.for);
  },
});
