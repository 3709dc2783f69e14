import type { Effect } from "../effect.ts";
import type { Event } from "../event.ts";
import type { Model } from "../model.ts";
import { push } from "../ring.ts";
import { incidentLimits, type Incident, type Note } from "./incident.ts";
import { told } from "../sentences/index.ts";
import { withEntry } from "./timeline.ts";

type Step = { readonly model: Model; readonly effects: readonly Effect[] };

export const withNote = (model: Model, event: Extract<Event, { kind: "note" }>): Step =>
  changed(model, event.incident, (incident) => noted(incident, event));

/** An incident with somebody's words on it; told here and heard from elsewhere as well, they stand there once. */
export const noted = (incident: Incident, { at, by, text }: Note): Incident =>
  incident.notes.some((note) => note.at === at && note.by === by && note.text === text)
    ? incident
    : withEntry(
        { ...incident, notes: push(incident.notes, { at, by, text }, incidentLimits.notes) },
        { at, kind: "operator", text: `${by}: ${text}` },
      );

export const withTick = (model: Model, event: Extract<Event, { kind: "runbook" }>): Step =>
  changed(model, event.incident, (incident) => ticked(incident, event));

/** An incident with a step of its runbook ticked off, or no longer. */
export const ticked = (
  incident: Incident,
  { at, by, done, step }: Omit<Extract<Event, { kind: "runbook" }>, "kind" | "incident">,
): Incident => {
  const { [step]: before, ...others } = incident.ticks;
  if (!done) return before === undefined ? incident : { ...incident, ticks: others };
  return withEntry(
    { ...incident, ticks: { ...others, [step]: { at, by } } },
    { at, kind: "operator", ...told({ say: "step-done", by, step }) },
  );
};

const changed = (model: Model, id: string, change: (incident: Incident) => Incident): Step => {
  const before = model.incidents.find((each) => each.id === id);
  if (before === undefined) return { model, effects: [] };
  const incident = change(before);
  if (incident === before) return { model, effects: [] };
  return {
    model: {
      ...model,
      incidents: model.incidents.map((each) => (each === before ? incident : each)),
    },
    effects: [{ kind: "record-incident", incident }],
  };
};
