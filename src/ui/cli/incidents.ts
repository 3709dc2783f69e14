import { ExitCode, Problem } from "../../ground/index.ts";
import type { Incident } from "../../watch/index.ts";
import { namesAsked, openFleet } from "../fleet-source.ts";
import { openFormerHistory } from "../history.ts";
import type { Context } from "./command.ts";
import { look } from "./look.ts";
import { didYouMean } from "./nearest.ts";

const kept = 100;

/**
 * Incidents, newest first: from the history, where a guard or a console has written any; otherwise those that one look
 * at the gateways shows.
 */
export const knownIncidents = async (context: Context): Promise<readonly Incident[]> => {
  const asked = await namesAsked(context);
  const concerns = ({ gateways }: Incident): boolean =>
    asked === undefined || gateways.some((name) => asked.names.has(name));
  {
    using history = await openFormerHistory(context);
    const remembered = history?.stories.incidents(kept) ?? [];
    if (remembered.length > 0) return remembered.filter(concerns);
  }
  await using fleet = await openFleet(context);
  if (fleet.banner !== undefined) context.err(`${fleet.banner}\n`);
  const { incidents } = await look(context, fleet);
  return incidents.toReversed().filter(concerns);
};

/** By its id or the beginning of one; without an id the newest open one, else the newest. */
export const pickIncident = (incidents: readonly Incident[], id: string | undefined): Incident => {
  const meant = id === undefined || id === "" ? [] : incidents.filter((each) => each.id.startsWith(id));
  const found =
    id === undefined
      ? (incidents.find(({ state }) => state === "open") ?? incidents[0])
      : (meant.find((each) => each.id === id) ?? (meant.length === 1 ? meant[0] : undefined));
  if (found !== undefined) return found;
  const ids = (meant.length > 1 ? meant : incidents).map((each) => each.id);
  throw new Problem(
    "INCIDENT_UNKNOWN",
    id === undefined
      ? "No incident is known."
      : meant.length > 1
        ? `${id} may mean ${ids.join(", ")}.`
        : `There is no incident "${id}".${didYouMean(id, ids)}`,
    {
      hint: ids.length === 0 ? "Good. The guard would write one down." : "clawback incident list shows them.",
      exit: id === undefined ? ExitCode.notFine : ExitCode.usage,
    },
  );
};
