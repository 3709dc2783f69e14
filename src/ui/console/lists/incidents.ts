import {
  runbookOf,
  type Incident,
  type Model,
  type RunbookPlace,
  type RunbookStep,
  type TimelineEntry,
} from "../../../watch/index.ts";
import { sayIn, stepWords, tellIn, type Texts } from "../language/index.ts";
import { defineList } from "../state/list.ts";
import { remembered, untilMoment } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayOf, type GatewayTab, type Place } from "../state/place.ts";
import { placeOf } from "../state/view.ts";
import { lastGoodRef } from "../state/takeback.ts";
import { alertHere } from "./alerts.ts";
import { nameHere } from "./gateways.ts";
import { goodOf } from "./snapshots.ts";

/** The open ones first, the most urgent of them first, then the newest. */
const byNeed = (a: Incident, b: Incident): number =>
  Number(a.state === "resolved") - Number(b.state === "resolved") ||
  (a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : b.openedAt - a.openedAt);

const rowsOf = remembered((incidents: readonly Incident[]): readonly Incident[] =>
  incidents.toSorted(byNeed),
);

export const titleIn = (texts: Texts, { title, titleSaid }: Incident): string =>
  sayIn(texts, titleSaid, title);

/** Every incident that is known. */
export const incidentList = defineList<Incident>({
  id: "incidents",
  rows: ({ watch }) => rowsOf(watch.incidents),
  keyOf: ({ id }) => id,
  textOf: (incident, { setting }) => {
    const { id, priority, state, kind, gateways } = incident;
    return [priority, state, titleIn(setting.texts, incident), kind, id, ...gateways].join(" ");
  },
  opens: ({ id }) => ({ screen: "incident", incident: id }),
  copies: (incident, { setting }) =>
    `${incident.priority} ${titleIn(setting.texts, incident)} (${incident.id})`,
  sorts: {
    priority: ({ priority }) => -Number(priority.slice(1)),
    opened: ({ openedAt }) => openedAt,
  },
});

/** The open one that needs somebody first, of one gateway or of any. */
export const openIncident = (watch: Model, gateway?: string): Incident | undefined =>
  rowsOf(watch.incidents).find(
    ({ state, gateways }) => state === "open" && (gateway === undefined || gateways.includes(gateway)),
  );

/**
 * The incident that is meant: this one, the selected one, that of the alert, or the open one of the gateway one looks
 * at. Among all gateways it is the worst one where the selected gateway has none; within one it is never another's.
 */
export const incidentHere = (model: ConsoleModel): Incident | undefined => {
  const place = placeOf(model.view);
  const { watch } = model;
  if (place.screen === "incident") return watch.incidents.find(({ id }) => id === place.incident);
  if (place.screen === "incidents") return incidentList.selected(model);
  if (place.screen === "alert" || place.screen === "alerts") {
    const alert = alertHere(model);
    return rowsOf(watch.incidents).find(({ alerts }) => alerts.some(({ id }) => id === alert?.id));
  }
  const gateway = nameHere(model);
  const own = gateway === undefined ? undefined : openIncident(watch, gateway);
  return own ?? (gatewayOf(place) === undefined ? openIncident(watch) : undefined);
};

const stepsOf = remembered((incident: Incident): readonly RunbookStep[] => runbookOf(incident));
const noSteps: readonly RunbookStep[] = [];

/** What to do, in order. Enter goes where a step leads; a command is for the clipboard. */
export const runbookList = defineList<RunbookStep>({
  id: "runbook",
  rows: (model) => {
    const incident = incidentHere(model);
    return incident === undefined ? noSteps : stepsOf(incident);
  },
  keyOf: ({ id }) => id,
  textOf: ({ text, way, done }, { setting }) =>
    `${done === undefined ? "[ ]" : "[x]"} ${stepWords(text, setting.texts)} ${way.kind === "command" ? way.command : setting.texts.incident.screens[way.screen]}`,
  opens: (step, model) => leadsTo(step, model),
  copies: ({ text, way }) => (way.kind === "command" ? way.command : text),
});

const tabs: Readonly<Record<"gateway" | "sessions" | "channels" | "logs" | "events", GatewayTab>> = {
  gateway: "overview",
  sessions: "sessions",
  channels: "channels",
  logs: "logs",
  events: "events",
};

const leadsTo = ({ way }: RunbookStep, model: ConsoleModel): Place | undefined => {
  const to: RunbookPlace | undefined = way.kind === "screen" ? { screen: way.screen } : way.opens;
  if (to === undefined) return undefined;
  const incident = incidentHere(model);
  const gateway = incident?.gateways[0];
  const good =
    gateway === undefined
      ? undefined
      : (incident?.lastGood.find((each) => each.gateway === gateway)?.snapshot ?? goodOf(model, gateway));
  switch (to.screen) {
    case "alerts":
    case "vault":
      return { screen: to.screen };
    case "snapshots":
      return gateway === undefined ? undefined : { screen: "snapshots", gateway };
    case "compare":
      return gateway === undefined || good === undefined
        ? undefined
        : { screen: "compare", gateway, a: good, b: "live", section: "sessions" };
    case "restore":
      return gateway === undefined || good === undefined
        ? undefined
        : { screen: "restore", gateway, snapshot: good, scope: to.scope ?? "" };
    case "rollback":
      return gateway === undefined || to.session === undefined
        ? undefined
        : { screen: "rollback", gateway, session: to.session, ref: lastGoodRef };
    case "gateway":
    case "sessions":
    case "channels":
    case "logs":
    case "events":
      return gateway === undefined ? undefined : { screen: "gateway", gateway, tab: tabs[to.screen] };
  }
};

export type EntryRow = TimelineEntry & { readonly key: string };

const entriesOf = remembered((timeline: Incident["timeline"]): readonly EntryRow[] =>
  timeline.map((entry, at) => ({ ...entry, key: `${entry.at} ${entry.kind} ${entry.text} ${at}` })),
);
const noEntries: readonly EntryRow[] = [];

const entriesUntil = untilMoment<EntryRow>(({ at }) => at);

/** The story so far, up to the moment one looks at. */
export const timelineList = defineList<EntryRow>({
  id: "timeline",
  rows: (model) => {
    const incident = incidentHere(model);
    return incident === undefined ? noEntries : entriesUntil(entriesOf(incident.timeline), model.view.moment);
  },
  keyOf: ({ key }) => key,
  textOf: (entry, { setting }) =>
    `${setting.texts.incident.kinds[entry.kind]} ${entry.gateway ?? ""} ${tellIn(setting.texts, entry)}`,
  copies: (entry, { setting }) => tellIn(setting.texts, entry),
  follows: true,
});
