import type { GatewayEvent } from "../clients/index.ts";
import { withClockSetBack } from "./clock-set-back.ts";
import { rulesFor, vaultRules } from "./alerts/bound-rules.ts";
import { evaluate, type Change } from "./alerts/evaluate.ts";
import { defaultAlertSettings, type AlertSettings } from "./alerts/settings.ts";
import type { Effect, SampleRow } from "./effect.ts";
import type { Event } from "./event.ts";
import { limits, newGateway, type GatewayIdentity, type GatewayModel } from "./gateway-model.ts";
import { withCallVitals } from "./intake/calls.ts";
import { withNews } from "./intake/news.ts";
import { withIncidents } from "./incidents/grouping.ts";
import { inMaintenance } from "./maintenance.ts";
import { modelLimits, type Model } from "./model.ts";
import { withOperator } from "./operator.ts";
import { withDueRecovery } from "./policies/due-recovery.ts";
import { withDueSnapshots } from "./policies/due-snapshots.ts";
import { defaultPolicies, type Policies } from "./policies/settings.ts";
import { pushAll } from "./ring.ts";
import { isShared, withShared } from "./shared.ts";
import { sample } from "./vitals/trail.ts";

export type Step = { readonly model: Model; readonly effects: readonly Effect[] };

/** No tick for longer than this: the machine slept, or somebody set its clock. What was heard before is old. */
const pauseMs = 60_000;

/** Time to notice after a pause: two ticks of a gateway. */
const wakeMs = 60_000;

const noEffects: readonly Effect[] = [];

export const newModel = (
  startedAt: number,
  gateways: readonly GatewayIdentity[] = [],
  settings: AlertSettings = defaultAlertSettings,
  policies: Policies = defaultPolicies,
): Model =>
  withGateways(
    {
      now: startedAt,
      startedAt,
      leads: true,
      awakeSince: startedAt,
      settings,
      policies,
      gateways: [],
      places: new Map(),
      vaultAlerts: [],
      marks: [],
      operations: [],
      restores: [],
      silences: [],
      alertHistory: [],
      incidents: [],
      incidentsWritten: [],
      troubles: [],
    },
    gateways,
  );

/** What an event makes of the model, and what it asks of the world. Pure: the same in, the same out. */
export const update = (model: Model, event: Event): Step => {
  if (event.kind === "gateway") return heard(model, event.event);
  if (event.kind === "tick") return ticked(model, event);
  if (isShared(event)) return withShared(model, event);
  if (event.kind !== "settings") return withOperator(model, event);
  return {
    model: withGateways(
      { ...model, settings: event.alerts, policies: event.policies ?? model.policies },
      event.gateways,
    ),
    effects: noEffects,
  };
};

const heard = (model: Model, event: GatewayEvent): Step => {
  const place = model.places.get(event.gateway);
  const gateway = place === undefined ? undefined : model.gateways[place];
  // A late word of a gateway that has left the configuration.
  if (place === undefined || gateway === undefined) return { model, effects: noEffects };
  const after = withNews(gateway, event);
  return {
    model: after === gateway ? model : { ...model, gateways: model.gateways.with(place, after) },
    effects: noEffects,
  };
};

const withGateways = (model: Model, identities: readonly GatewayIdentity[]): Model => {
  const known = new Map(model.gateways.map((gateway) => [gateway.identity.name, gateway]));
  const gateways = identities.slice(0, modelLimits.gateways).map((identity) => {
    const before = known.get(identity.name);
    // Another address is another gateway, whatever its name.
    if (before === undefined || before.identity.url !== identity.url) return newGateway(identity);
    return { ...before, identity };
  });
  return {
    ...model,
    gateways,
    places: new Map(gateways.map((gateway, place) => [gateway.identity.name, place])),
  };
};

const ticked = (last: Model, { at, slice }: Extract<Event, { readonly kind: "tick" }>): Step => {
  const before = last.now - at > pauseMs ? withClockSetBack(last, at) : last;
  const paused = at - last.now > pauseMs || before !== last;
  const now = paused ? at : Math.max(before.now, at);
  const model: Model = {
    ...before,
    now,
    awakeSince: paused ? now : before.awakeSince,
    silences: before.silences.every((silence) => silence.until > now)
      ? before.silences
      : before.silences.filter((silence) => silence.until > now),
  };
  const rows: SampleRow[] = [];
  const changes: Change[] = [];
  const gateways = model.gateways.map((gateway, place) =>
    slice === undefined || place % slice.of === slice.index
      ? settled(model, gateway, rows, changes)
      : gateway,
  );
  const moved = gateways.some((gateway, place) => gateway !== model.gateways[place]);
  const vault = evaluate(
    vaultRules(model.settings),
    {
      now,
      startedAt: model.startedAt,
      alerts: model.vaultAlerts,
      silences: model.silences,
      maintenance: false,
      limit: limits.alerts,
    },
    (holds) => ({ model, now, awakeSince: model.awakeSince, holds }),
  );
  changes.push(...vault.changes);
  const resolved = changes.filter((change) => change.kind === "resolved").map((each) => each.alert);
  const judged: Model = {
    ...model,
    gateways: moved ? gateways : model.gateways,
    vaultAlerts: vault.alerts,
    alertHistory: pushAll(model.alertHistory, resolved, modelLimits.alertHistory),
  };
  const grouped = judged.leads ? withIncidents(judged, changes, now) : { model: judged, effects: noEffects };
  const asked = judged.leads ? withPolicies(grouped.model, changes) : { ...grouped, effects: noEffects };
  const effects: readonly Effect[] = [
    ...(rows.length === 0 ? [] : [{ kind: "record-samples" as const, rows }]),
    ...changes.map(({ alert }) => ({ kind: "record-alert" as const, alert })),
    ...grouped.effects,
    ...changes
      .filter(
        ({ kind, alert }) =>
          alert.silencedUntil === undefined && !(kind === "fired" && alert.state === "acknowledged"),
      )
      .map(({ kind, alert }) => ({ kind: "announce" as const, change: kind, alert })),
    ...asked.effects,
  ];
  return { model: asked.model, effects };
};

/** One gateway at one tick: the windows slide, a row goes on the trail when it is due, the rules are asked. */
const settled = (model: Model, gateway: GatewayModel, rows: SampleRow[], changes: Change[]): GatewayModel => {
  const trail = sample(gateway.trail, gateway.vitals, model.now);
  let after = gateway;
  if (trail !== gateway.trail) {
    after = withCallVitals({ ...gateway, trail }, model.now);
    const row = trail.fine.at(-1);
    if (row !== undefined) rows.push({ gateway: gateway.identity.name, row });
  }
  const judged = evaluate(
    rulesFor(model.settings, gateway.identity),
    {
      now: model.now,
      startedAt: model.startedAt,
      alerts: gateway.alerts,
      silences: model.silences,
      maintenance: inMaintenance(model, gateway) || isJustAwake(model),
      limit: limits.alerts,
    },
    (holds) => ({
      gateway: after,
      now: model.now,
      awakeSince: model.awakeSince,
      restores: model.restores,
      vaultSince: model.vaultSince,
      holds,
    }),
  );
  changes.push(...judged.changes);
  return judged.alerts === gateway.alerts ? after : { ...after, alerts: judged.alerts };
};

/** What clawback does by itself: the leading process alone, or it would be done twice. */
const withPolicies = (model: Model, changes: readonly Change[]): Step => {
  const saved = withDueSnapshots(model, changes);
  const recovered = withDueRecovery(saved.model);
  return { model: recovered.model, effects: [...saved.effects, ...recovered.effects] };
};

/** After a pause of this machine the connections need a moment to find out what became of them. */
const isJustAwake = (model: Model): boolean =>
  model.awakeSince > model.startedAt && model.now - model.awakeSince < wakeMs;
