import { isFiring, type Alert } from "./alerts/alert.ts";
import type { Effect } from "./effect.ts";
import type { Event } from "./event.ts";
import { withNote, withTick } from "./incidents/notes.ts";
import type { SharedEvent } from "./shared.ts";
import { withHappeningInIncidents } from "./incidents/timeline.ts";
import { withListing, withoutSnapshot, withTaken, withVerified } from "./snapshots.ts";
import { withLeak } from "./intake/news.ts";
import {
  byText,
  changed,
  isKnownRestore,
  modelLimits,
  type Model,
  type Operation,
  type RestoreEnd,
} from "./model.ts";
import { insertByTime, push } from "./ring.ts";
import { told, type Sentence } from "./sentences/index.ts";

type Step = { readonly model: Model; readonly effects: readonly Effect[] };
type OperatorEvent = Exclude<Event, SharedEvent | { readonly kind: "gateway" | "tick" | "settings" }>;

const unchanged = (model: Model): Step => ({ model, effects: [] });

/** What people and clawback's own work do to the model: marks, answers to alerts, snapshots, operations. */
export const withOperator = (model: Model, event: OperatorEvent): Step => {
  switch (event.kind) {
    case "mark":
      return {
        model: withHappeningInIncidents(
          { ...model, marks: insertByTime(model.marks, event.mark, modelLimits.marks, byText) },
          {
            at: event.mark.at,
            kind: "mark",
            ...(event.mark.gateway === undefined ? {} : { gateway: event.mark.gateway }),
            text: `▲ ${event.mark.text}`,
          },
        ),
        effects: [{ kind: "record-mark", mark: event.mark }],
      };
    case "acknowledge":
      return acknowledged(model, event);
    case "silence":
      return {
        model: {
          ...model,
          silences: push(
            model.silences.filter((each) => each.id !== event.silence.id),
            event.silence,
            modelLimits.silences,
          ),
        },
        effects: [{ kind: "record-silence", silence: event.silence }],
      };
    case "unsilence":
      return {
        model: { ...model, silences: model.silences.filter((each) => each.id !== event.id) },
        effects: [{ kind: "forget-silence", id: event.id }],
      };
    case "note":
      return withNote(model, event);
    case "runbook":
      return withTick(model, event);
    case "vault":
      return unchanged({ ...model, vault: event.vault, vaultSince: model.vaultSince ?? event.at });
    case "memory":
      return unchanged(
        changed(model, event.gateway, (gateway) => ({
          ...gateway,
          memory: event.memory,
          memoryAt: event.at,
          ...(event.memory.keys === undefined
            ? {}
            : { vitals: { ...gateway.vitals, memory_keys: { value: event.memory.keys, at: event.at } } }),
        })),
      );
    case "leak":
      return unchanged(changed(model, event.gateway, (gateway) => withLeak(gateway, event.leak)));
    case "reload":
      // Reading is for the runner; what it reads comes as settings.
      return unchanged(model);
    case "restore-ended":
      if (isKnownRestore(model, event.restore)) return unchanged(model);
      return {
        model: withRestore(model, event.restore),
        effects: [{ kind: "record-restore", restore: event.restore }],
      };
    case "operation":
      return unchanged(withOperation(model, event.operation));
    case "snapshots":
      return unchanged(withListing(model, event.gateway, event.snapshots));
    case "snapshot-taken":
      return unchanged(withTaken(model, event.snapshot));
    case "snapshot-removed":
      return unchanged(withoutSnapshot(model, event.gateway, event.id));
    case "snapshot-verified":
      return unchanged(withVerified(model, event.gateway, event.id, event.verification));
    case "trouble":
      return unchanged({
        ...model,
        troubles: push(model.troubles, event.trouble, modelLimits.troubles),
      });
  }
};

const withRestore = (model: Model, restore: RestoreEnd): Model =>
  withHappeningInIncidents(
    { ...model, restores: insertByTime(model.restores, restore, modelLimits.restores) },
    {
      at: restore.at,
      kind: "operation",
      gateway: restore.gateway,
      ...told({
        say: "restore-ended",
        snapshot: restore.snapshot,
        outcome: restore.outcome,
        mismatches: restore.mismatches.length,
      }),
    },
  );

const withOperation = (model: Model, operation: Operation): Model => {
  const before = model.operations.find((each) => each.id === operation.id);
  const after: Model = {
    ...model,
    operations:
      before === undefined
        ? push(model.operations, operation, modelLimits.operations)
        : model.operations.map((each) => (each.id === operation.id ? operation : each)),
  };
  const said: Sentence | undefined =
    before === undefined
      ? { say: "operation-begun", operation: operation.kind, step: operation.step }
      : operation.ended !== undefined && before.ended === undefined
        ? {
            say: "operation-ended",
            operation: operation.kind,
            ok: operation.ended.ok,
            text: operation.ended.text,
          }
        : undefined;
  return said === undefined
    ? after
    : withHappeningInIncidents(after, {
        at: operation.ended?.at ?? operation.startedAt,
        kind: "operation",
        gateway: operation.gateway,
        ...told(said),
      });
};

/** Pending here may be firing elsewhere already: whoever answered it there has answered it here. */
const isAnswerable = (alert: Alert): boolean => isFiring(alert) || alert.state === "pending";

const acknowledged = (model: Model, event: Extract<Event, { kind: "acknowledge" }>): Step => {
  const by = {
    at: event.at,
    by: event.by,
    ...(event.note === undefined ? {} : { note: event.note }),
  };
  let found: Alert | undefined;
  const answer = (alerts: readonly Alert[]): readonly Alert[] => {
    if (!alerts.some((alert) => alert.id === event.alert && isAnswerable(alert))) return alerts;
    return alerts.map((alert) => {
      if (alert.id !== event.alert || !isAnswerable(alert)) return alert;
      found = { ...alert, acknowledged: by, state: isFiring(alert) ? "acknowledged" : alert.state };
      return found;
    });
  };
  const gateways = model.gateways.map((gateway) => {
    const alerts = answer(gateway.alerts);
    return alerts === gateway.alerts ? gateway : { ...gateway, alerts };
  });
  const vaultAlerts = answer(model.vaultAlerts);
  if (found === undefined) return unchanged(model);
  return {
    model: withHappeningInIncidents(
      { ...model, gateways, vaultAlerts },
      {
        at: event.at,
        kind: "operator",
        gateway: found.gateway,
        ...told({
          say: "alert-acknowledged",
          by: event.by,
          rule: found.rule,
          ...(event.note === undefined ? {} : { note: event.note }),
        }),
      },
    ),
    effects: [{ kind: "record-alert", alert: found }],
  };
};
