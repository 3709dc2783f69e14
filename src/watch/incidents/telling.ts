import { priorities } from "../alerts/alert.ts";
import { catalogue, tellsMore } from "../alerts/catalogue.ts";
import type { Incident, IncidentAlert, IncidentKind } from "./incident.ts";

/** The alert that says most about an incident: the most urgent, then the most telling, then the first. */
export const mostTelling = ({ alerts }: Incident): IncidentAlert | undefined =>
  alerts.toSorted(
    (a, b) =>
      priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
      tellsMore(a, b) ||
      a.firedAt - b.firedAt,
  )[0];

const kinds = new Map(catalogue.map((rule) => [rule.id, rule.incident]));

export const kindOf = (rule: string | undefined): IncidentKind => kinds.get(rule ?? "") ?? "other";
