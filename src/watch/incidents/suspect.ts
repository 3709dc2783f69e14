import { gatewayNamed, type Model } from "../model.ts";
import { asTold, type Sentence } from "../sentences/index.ts";
import type { Incident } from "./incident.ts";

/** What changed this shortly before the onset is worth a look first. */
const suspectMs = 1_800_000;

/** The most telling changes before the onset: a mark, a new version, a changed configuration. Being earlier is no proof. */
export const suspectOf = (model: Model, incident: Incident): Sentence | undefined => {
  const until = incident.onset.at;
  const candidates = [
    ...model.marks
      .filter((mark) => mark.gateway === undefined || incident.gateways.includes(mark.gateway))
      .map(({ at, text }) => ({ at, telling: 0, what: { say: "mark-set", text } as Sentence })),
    ...incident.gateways.slice(0, 20).flatMap((name) =>
      (gatewayNamed(model, name)?.happenings ?? [])
        .filter(({ kind }) => kind === "version" || kind === "config" || kind === "replaced")
        .map(({ at, kind, text, said }) => ({
          at,
          telling: kind === "config" ? 2 : 1,
          what: { say: "on-gateway", gateway: name, what: said ?? asTold(text) } as Sentence,
        })),
    ),
  ]
    // A change and its first consequence may carry the same second.
    .filter(({ at }) => at <= until + 1_000 && at >= until - suspectMs)
    // What somebody says he did tells most, a new version more than a file that changed with it.
    .toSorted((a, b) => a.telling - b.telling || b.at - a.at);
  const [first, second] = candidates.map(({ at, what }): Sentence => ({
    say: "changed-before",
    what,
    at,
    beforeMs: Math.max(0, until - at),
  }));
  return first === undefined || second === undefined ? first : { say: "both", first, second };
};
