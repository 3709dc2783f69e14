import type { Model } from "../model.ts";
import { insertByTime } from "../ring.ts";
import { told } from "../sentences/index.ts";
import { incidentLimits, type Incident, type TimelineEntry } from "./incident.ts";

/** Puts something that happened on the timeline of every open incident it concerns. */
export const withHappeningInIncidents = (model: Model, entry: TimelineEntry): Model => {
  const concerned = (incident: Incident): boolean =>
    incident.state === "open" && (entry.gateway === undefined || incident.gateways.includes(entry.gateway));
  if (!model.incidents.some(concerned)) return model;
  return {
    ...model,
    incidents: model.incidents.map((incident) =>
      concerned(incident) ? withEntry(incident, entry) : incident,
    ),
  };
};

/** The same thing told twice stands there once. */
export const withEntry = (incident: Incident, entry: TimelineEntry): Incident =>
  incident.timeline.some(
    (each) => each.at === entry.at && each.text === entry.text && each.gateway === entry.gateway,
  )
    ? incident
    : { ...incident, timeline: insertByTime(incident.timeline, entry, incidentLimits.timeline, byMeaning) };

/** Within one instant: causes before their consequences. */
const ranks: readonly TimelineEntry["kind"][] = [
  "mark",
  "operator",
  "operation",
  "config",
  "connection",
  "version",
  "restart",
  "log",
  "snapshot",
  "onset",
  "alert",
  "resolved",
];

const byMeaning = (a: TimelineEntry, b: TimelineEntry): number =>
  ranks.indexOf(a.kind) - ranks.indexOf(b.kind) ||
  compared(a.gateway ?? "", b.gateway ?? "") ||
  compared(a.text, b.text);

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A gateway's own story since a moment: connections, restarts, changes, snapshots, errors, marks. */
export const storyOf = (model: Model, gateway: string, start: number): readonly TimelineEntry[] => {
  const place = model.places.get(gateway);
  const known = place === undefined ? undefined : model.gateways[place];
  if (known === undefined) return [];
  const within = <Item extends { readonly at: number }>(items: readonly Item[]): readonly Item[] =>
    items.filter((each) => each.at >= start);
  return [
    ...within(known.happenings).map(({ at, kind, text, said }): TimelineEntry => ({
      at,
      kind: kind === "gap" || kind === "replaced" ? "connection" : kind,
      gateway,
      text,
      said,
    })),
    ...within(known.snapshots).map((each): TimelineEntry => ({
      at: each.at,
      kind: "snapshot",
      gateway,
      ...told({ say: "snapshot-taken", snapshot: each.id, kind: each.kind }),
    })),
    ...within(known.log)
      .filter((line) => line.level === "error" || line.level === "fatal")
      .slice(-20)
      .map((line): TimelineEntry => ({
        at: line.at,
        kind: "log",
        gateway,
        text: `${line.subsystem}: ${line.message.slice(0, 200)}`,
      })),
    ...within(model.marks)
      .filter((mark) => mark.gateway === undefined || mark.gateway === gateway)
      .map((mark): TimelineEntry => ({
        at: mark.at,
        kind: "mark",
        ...(mark.gateway === undefined ? {} : { gateway: mark.gateway }),
        text: `▲ ${mark.text}`,
      })),
  ];
};
