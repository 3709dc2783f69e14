import { alertId, isFiring, theVault, type Alert } from "../alerts/alert.ts";
import type { Change } from "../alerts/evaluate.ts";
import type { Effect } from "../effect.ts";
import { gatewayNamed, type Model } from "../model.ts";
import {
  incidentLimits,
  type Incident,
  type IncidentAlert,
  type IncidentKind,
  type TimelineEntry,
} from "./incident.ts";
import { impactOf } from "./impact.ts";
import { lastGoodOf } from "./last-good.ts";
import { onsetOf } from "./onset.ts";
import { asTold, english, told, type Sentence } from "../sentences/index.ts";
import { suspectOf } from "./suspect.ts";
import { kindOf, mostTelling } from "./telling.ts";
import { storyOf, withEntry } from "./timeline.ts";

/**
 * Alerts become incidents here. One that fires joins the open incident of its gateway, or one of the same kind that is
 * breaking other gateways at this time (a network, a provider, a bad update hit many at once); otherwise it opens its
 * own. P3 alone is no incident. An incident is over when all its alerts have been over for five quiet minutes.
 */
export const grouping = {
  /** An open incident that has been quiet for longer takes nothing new in. */
  joinGatewayMs: 1_800_000,
  /** Gateways that break in the same way within this time break for the same reason. */
  joinKindMs: 180_000,
  quietMs: 300_000,
} as const;

type Step = { readonly model: Model; readonly effects: readonly Effect[] };

export const withIncidents = (model: Model, changes: readonly Change[], now: number): Step => {
  if (changes.length === 0 && !model.incidents.some((each) => each.state === "open")) {
    return { model, effects: [] };
  }
  let incidents = model.incidents;
  for (const change of changes) {
    incidents =
      change.kind === "fired" ? taken(model, incidents, change, now) : followed(incidents, change, now);
  }
  // Title, impact and last good are worked out once, whatever number of alerts joined in this instant.
  const before = new Set(model.incidents);
  incidents = incidents.map((incident) =>
    settledIncident(
      model,
      continued(model, before.has(incident) ? incident : withMeaning(model, incident), now),
      now,
    ),
  );
  const written = new Set(model.incidentsWritten);
  const moved = incidents.filter((incident) => !written.has(incident));
  if (moved.length === 0) return { model, effects: [] };
  const kept = keptIncidents(incidents);
  return {
    model: { ...model, incidents: kept, incidentsWritten: kept },
    effects: moved.map((incident) => ({ kind: "record-incident", incident })),
  };
};

const taken = (
  model: Model,
  incidents: readonly Incident[],
  { alert, rule }: Change,
  now: number,
): readonly Incident[] => {
  const kind = rule?.incident ?? "other";
  const home = incidents.findLast((incident) => belongs(incident, alert, kind, now));
  if (home === undefined && (alert.priority === "P3" || alert.gateway === theVault)) return incidents;
  if (home !== undefined) {
    return incidents.map((each) => (each === home ? joined(model, each, alert, rule?.vital, now) : each));
  }
  const fresh: Incident = {
    id: `i${alertId("incident", alert.id, String(now)).slice(1)}`,
    kind,
    title: "",
    priority: alert.priority,
    priorityReason: "",
    state: "open",
    openedAt: now,
    movedAt: now,
    onset: { at: now, reason: "" },
    gateways: [],
    alerts: [],
    timeline: [],
    lastGood: [],
    notes: [],
    ticks: {},
  };
  return [...incidents, joined(model, fresh, alert, rule?.vital, now)];
};

const belongs = (incident: Incident, alert: Alert, kind: IncidentKind, now: number): boolean => {
  if (incident.state !== "open") return false;
  if (incident.gateways.includes(alert.gateway)) return now - incident.movedAt <= grouping.joinGatewayMs;
  return (
    alert.gateway !== theVault &&
    alert.priority !== "P3" &&
    incident.kind === kind &&
    sharedKinds.has(kind) &&
    now - incident.movedAt <= grouping.joinKindMs
  );
};

/** What one cause does to many gateways at once. A full context or a leak is each gateway's own. */
const sharedKinds: ReadonlySet<IncidentKind> = new Set([
  "gateway-down",
  "frozen",
  "start-fails",
  "crash-loop",
  "provider-down",
  "channel-down",
  "config-broken",
]);

/** What happened this long before the onset may be its cause. */
const beforeOnsetMs = 1_800_000;

/** Of two hundred gateways that break at once, the stories of ten say what there is to say. */
const toldInFull = 10;

const joined = (
  model: Model,
  incident: Incident,
  alert: Alert,
  vital: string | undefined,
  now: number,
): Incident => {
  const gateway = gatewayNamed(model, alert.gateway);
  const begun = onsetOf(alert, gateway, vital);
  const onset = incident.alerts.length === 0 || begun.at < incident.onset.at ? begun : incident.onset;
  const isNew = !incident.gateways.includes(alert.gateway);
  const gateways = isNew ? [...incident.gateways, alert.gateway] : incident.gateways;
  // One that comes back within an incident began when it first came.
  const before = incident.alerts.find((each) => each.id === alert.id);
  const record: IncidentAlert = {
    id: alert.id,
    rule: alert.rule,
    gateway: alert.gateway,
    ...(alert.subject === undefined ? {} : { subject: alert.subject }),
    priority: alert.priority,
    firedAt: alert.firedAt ?? now,
    onset: before?.onset !== undefined && before.onset.at < begun.at ? before.onset : begun,
    evidence: alert.evidence,
    said: alert.said,
    next: alert.next,
  };
  const alerts = [...incident.alerts.filter((each) => each.id !== alert.id), record].slice(
    -incidentLimits.alerts,
  );
  const entries: readonly TimelineEntry[] = [
    ...(isNew && gateways.length <= toldInFull
      ? storyOf(model, alert.gateway, onset.at - beforeOnsetMs)
      : []),
    {
      at: alert.firedAt ?? now,
      kind: "alert",
      gateway: alert.gateway,
      ...told({
        say: "alert-fired",
        priority: alert.priority,
        rule: alert.rule,
        because: becauseOf(alert),
      }),
    },
  ];
  const moved: Incident = {
    ...incident,
    movedAt: now,
    onset,
    gateways,
    alerts,
  };
  return entries.reduce(withEntry, moved);
};

/** Title, impact, suspect and last good follow from the alerts; they are worked out anew when those change. */
const withMeaning = (model: Model, incident: Incident): Incident => {
  const { suspect: _suspect, suspectSaid: _said, ...rest } = incident;
  const onset = onsetAmong(incident);
  const suspect = suspectOf(model, { ...incident, onset });
  const title = titleOf(incident);
  const impact = impactOf(model, incident);
  const lastGood = incident.gateways.flatMap((name) => {
    const gateway = gatewayNamed(model, name);
    const good = gateway === undefined ? undefined : lastGoodOf(gateway, { onsetAt: onset.at });
    return good === undefined ? [] : [good];
  });
  return {
    ...rest,
    kind: kindOf(mostTelling(incident)?.rule),
    onset,
    title: english(title),
    titleSaid: title,
    priority: impact.priority,
    priorityReason: english(impact.because),
    prioritySaid: impact.because,
    lastGood,
    ...(suspect === undefined ? {} : { suspect: english(suspect), suspectSaid: suspect }),
  };
};

/**
 * The first beginning among the alerts that are about the same as the most telling one: a lag before a session died is
 * another trouble, and would lead to a cause that is none.
 */
const onsetAmong = (incident: Incident): Incident["onset"] => {
  const kind = kindOf(mostTelling(incident)?.rule);
  const [first] = incident.alerts
    .filter(({ rule }) => kindOf(rule) === kind)
    .flatMap(({ onset }) => (onset === undefined ? [] : [onset]))
    .toSorted((a, b) => a.at - b.at);
  return first ?? incident.onset;
};

const titleOf = (incident: Incident): Sentence => {
  const [first, ...others] = incident.gateways;
  return {
    say: "incident-on",
    rule: mostTelling(incident)?.rule ?? incident.kind,
    gateway: first ?? "?",
    more: others.length,
  };
};

const becauseOf = ({ evidence, said }: Alert): Sentence => said ?? asTold(evidence);

const followed = (
  incidents: readonly Incident[],
  { kind, alert }: Change,
  now: number,
): readonly Incident[] =>
  incidents.map((incident) => {
    if (incident.state !== "open" || !incident.alerts.some((each) => each.id === alert.id)) return incident;
    const after: Incident = {
      ...incident,
      movedAt: now,
      alerts: incident.alerts.map((each) =>
        each.id !== alert.id
          ? each
          : {
              ...each,
              evidence: alert.evidence,
              said: alert.said,
              priority: alert.priority,
              ...(alert.resolvedAt === undefined ? {} : { resolvedAt: alert.resolvedAt }),
            },
      ),
    };
    return withEntry(after, {
      at: now,
      kind: kind === "resolved" ? "resolved" : "alert",
      gateway: alert.gateway,
      ...told(
        kind === "resolved"
          ? { say: "alert-over", rule: alert.rule }
          : { say: "alert-worse", rule: alert.rule, because: becauseOf(alert) },
      ),
    });
  });

const settledIncident = (model: Model, incident: Incident, now: number): Incident => {
  if (incident.state !== "open") return incident;
  const alive = incident.alerts.some((each) => isAlive(model, each));
  return alive || now - incident.movedAt < grouping.quietMs
    ? incident
    : { ...incident, state: "resolved", resolvedAt: incident.movedAt };
};

/** The story goes on while an incident is open: every ten seconds what is new is written down. */
const continued = (model: Model, incident: Incident, now: number): Incident => {
  if (incident.state !== "open" || Math.floor(now / 1_000) % 10 !== 0) return incident;
  return (
    incident.gateways
      .slice(0, toldInFull)
      // Thrice the interval, because some things are told late; what stands there already is left out.
      .flatMap((gateway) => storyOf(model, gateway, now - 30_000))
      .reduce(withEntry, incident)
  );
};

/** An alert whose gateway left the configuration has nobody to resolve it. */
const isAlive = (model: Model, record: IncidentAlert): boolean => {
  if (record.resolvedAt !== undefined) return false;
  const alerts =
    record.gateway === theVault ? model.vaultAlerts : (gatewayNamed(model, record.gateway)?.alerts ?? []);
  return alerts.some((alert) => alert.id === record.id && isFiring(alert));
};

/** The newest open ones and the newest resolved ones. */
export const keptIncidents = (incidents: readonly Incident[]): readonly Incident[] => {
  const open = incidents.filter((each) => each.state === "open").slice(-incidentLimits.kept);
  const resolved = incidents.filter((each) => each.state === "resolved").slice(-incidentLimits.kept);
  const kept = new Set([...open, ...resolved]);
  return incidents.filter((each) => kept.has(each));
};
