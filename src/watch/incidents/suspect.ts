import { age } from "../../ground/index.ts";
import { gatewayNamed, type Model } from "../model.ts";
import { clockTime } from "../clock-time.ts";
import type { Incident } from "./incident.ts";

/** What changed this shortly before the onset is worth a look first. */
const suspectMs = 1_800_000;

/** The most telling changes before the onset: a mark, a new version, a changed configuration. Being earlier is no proof. */
export const suspectOf = (model: Model, incident: Incident): string | undefined => {
  const until = incident.onset.at;
  const candidates = [
    ...model.marks
      .filter((mark) => mark.gateway === undefined || incident.gateways.includes(mark.gateway))
      .map(({ at, text }) => ({ at, telling: 0, text: `mark "${text}"` })),
    ...incident.gateways.slice(0, 20).flatMap((name) =>
      (gatewayNamed(model, name)?.happenings ?? [])
        .filter(({ kind }) => kind === "version" || kind === "config" || kind === "replaced")
        .map(({ at, kind, text }) => ({
          at,
          telling: kind === "config" ? 2 : 1,
          text: `${name}: ${text}`,
        })),
    ),
  ]
    // A change and its first consequence may carry the same second.
    .filter(({ at }) => at <= until + 1_000 && at >= until - suspectMs)
    // What somebody says he did tells most, a new version more than a file that changed with it.
    .toSorted((a, b) => a.telling - b.telling || b.at - a.at);
  return candidates.length === 0
    ? undefined
    : candidates
        .slice(0, 2)
        .map(({ at, text }) => `${text} at ${clockTime(at)}, ${age(Math.max(0, until - at))} before`)
        .join("; ");
};
