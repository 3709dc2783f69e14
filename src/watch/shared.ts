import { isFiring, theVault, type Alert } from "./alerts/alert.ts";
import { rulesFor, vaultRules } from "./alerts/bound-rules.ts";
import type { Change } from "./alerts/evaluate.ts";
import type { Effect } from "./effect.ts";
import type { Event } from "./event.ts";
import { limits } from "./gateway-model.ts";
import { keptIncidents, withIncidents } from "./incidents/grouping.ts";
import type { Incident } from "./incidents/incident.ts";
import {
  byText,
  changed,
  gatewayNamed,
  isKnownRestore,
  liveAlerts,
  modelLimits,
  type Model,
} from "./model.ts";
import { insertByTime } from "./ring.ts";
import { joinTrails } from "./vitals/trail.ts";

type Step = { readonly model: Model; readonly effects: readonly Effect[] };

const kinds = ["remembered", "trails", "adopted", "leads", "incidents"] as const;

export type SharedEvent = Extract<Event, { readonly kind: (typeof kinds)[number] }>;

export const isShared = (event: Event): event is SharedEvent => kinds.some((kind) => kind === event.kind);

/** What comes from other processes that watch the same fleet: from those before this one, and from those beside it. */
export const withShared = (model: Model, event: SharedEvent): Step => {
  switch (event.kind) {
    case "remembered":
      return { model: withMemory(model, event), effects: [] };
    case "trails":
      return {
        model: event.trails.reduce(
          (so, { gateway: name, trail }) =>
            changed(so, name, (gateway) => ({ ...gateway, trail: joinTrails(trail, gateway.trail) })),
          model,
        ),
        effects: [],
      };
    case "adopted":
      return { model: event.alerts.reduce(withAdopted, model), effects: [] };
    case "incidents":
      return { model: model.leads ? model : withTold(model, event.incidents), effects: [] };
    case "leads": {
      const { leads, guarded } = event;
      const told = { ...model, leads, ...(guarded === undefined ? {} : { guarded }) };
      return leads && !model.leads
        ? withIncidents(told, ungrouped(model), model.now)
        : { model: told, effects: [] };
    }
  }
};

/** What earlier runs knew goes before what this one has learnt since it started. */
const withMemory = (model: Model, event: Extract<Event, { kind: "remembered" }>): Model => ({
  ...model,
  incidentsWritten: event.incidents,
  marks: event.marks.reduce(
    (marks, mark) => insertByTime(marks, mark, modelLimits.marks, byText),
    model.marks,
  ),
  restores: event.restores
    .filter((restore) => !isKnownRestore(model, restore))
    .reduce((restores, restore) => insertByTime(restores, restore, modelLimits.restores), model.restores),
  silences: [...event.silences, ...model.silences].slice(-modelLimits.silences),
  alertHistory: [...event.alerts, ...model.alertHistory].slice(-modelLimits.alertHistory),
  incidents: [
    ...event.incidents.filter((each) => !model.incidents.some((known) => known.id === each.id)),
    ...model.incidents,
  ],
});

/**
 * A firing alert goes on where its last watcher left it, with its moment, its onset and who acknowledged it. The rules
 * judge it from the next tick on; until its gateway is heard of, nobody can say that it is over.
 */
const withAdopted = (model: Model, alert: Alert): Model => {
  if (!isFiring(alert)) return model;
  const joined = (alerts: readonly Alert[]): readonly Alert[] => {
    const known = alerts.find((each) => each.id === alert.id);
    if (known !== undefined && isFiring(known)) return alerts;
    return [alert, ...alerts.filter((each) => each !== known)].slice(0, limits.alerts);
  };
  return alert.gateway === theVault
    ? { ...model, vaultAlerts: joined(model.vaultAlerts) }
    : changed(model, alert.gateway, (gateway) => ({ ...gateway, alerts: joined(gateway.alerts) }));
};

/** The leader's incidents take the place of our own of the same name. */
const withTold = (model: Model, told: readonly Incident[]): Model => {
  const news = new Map(told.map((incident) => [incident.id, incident]));
  const before = model.incidents.filter(({ id }) => !news.has(id));
  const incidents = keptIncidents([...before, ...news.values()].toSorted((a, b) => a.openedAt - b.openedAt));
  return { ...model, incidents, incidentsWritten: incidents };
};

/** What fires and stands in no open incident: the former leader did not live to group it. */
const ungrouped = (model: Model): readonly Change[] => {
  const grouped = new Set(
    model.incidents
      .filter(({ state }) => state === "open")
      .flatMap(({ alerts }) => alerts.filter((each) => each.resolvedAt === undefined).map(({ id }) => id)),
  );
  return liveAlerts(model)
    .filter((alert) => isFiring(alert) && !grouped.has(alert.id))
    .map((alert): Change => {
      const gateway = gatewayNamed(model, alert.gateway);
      const rules =
        gateway === undefined ? vaultRules(model.settings) : rulesFor(model.settings, gateway.identity);
      const rule = rules.find((each) => each.rule.id === alert.rule)?.rule;
      return { kind: "fired", alert, rule };
    });
};
