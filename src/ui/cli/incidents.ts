import type { Incident } from "../../watch/index.ts";
import { openFleet } from "../fleet-source.ts";
import { openFormerHistory } from "../history.ts";
import type { Context } from "./command.ts";
import { look } from "./look.ts";

const kept = 100;

/**
 * Incidents, newest first: from the history, where a guard or a console has written any; otherwise those that one look
 * at the gateways shows.
 */
export const knownIncidents = async (context: Context): Promise<readonly Incident[]> => {
  {
    using history = await openFormerHistory(context);
    const remembered = history?.stories.incidents(kept) ?? [];
    if (remembered.length > 0) return remembered.filter((each) => concerns(each, context.flags.gateway));
  }
  await using fleet = await openFleet(context);
  if (fleet.banner !== undefined) context.err(`${fleet.banner}\n`);
  const { incidents } = await look(context, fleet);
  return incidents.toReversed().filter((each) => concerns(each, context.flags.gateway));
};

const concerns = ({ gateways }: Incident, asked: readonly string[]): boolean =>
  asked.length === 0 || asked.some((name) => gateways.includes(name));
