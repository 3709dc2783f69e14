import { strictObject, exactOptional, array, string, number, boolean, literal } from "zod";
import * as z from "zod";
import { priorities, severities, type Alert } from "../alerts/alert.ts";
import { alertSettings } from "../alerts/settings.ts";
import { restartPolicy, snapshotPolicy } from "../policies/settings.ts";
import type { Event } from "../event.ts";
import type { Incident } from "../incidents/incident.ts";
import { gatewayEvent } from "./schema.ts";
import { said, sentence } from "./sentence-schema.ts";

const at = number();
const text = string().max(20_000);

const mark = strictObject({ at, text, by: text, gateway: exactOptional(text) });

export const silence = strictObject({
  id: text,
  rule: text,
  gateway: exactOptional(text),
  from: number(),
  until: number(),
  by: text,
  reason: exactOptional(text),
});

const verification = z.discriminatedUnion("kind", [
  strictObject({ kind: literal("not-yet") }),
  strictObject({ kind: literal("passed"), at }),
  strictObject({ kind: literal("damaged"), at, findings: number() }),
]);

const snapshot = strictObject({
  id: text,
  gateway: text,
  at,
  kind: z.enum(["critical", "full", "anomaly", "manual", "pre-op", "pre-restore"]),
  name: exactOptional(text),
  bytes: exactOptional(number()),
  newBytes: exactOptional(number()),
  verification,
  vitals: strictObject({
    contextPressure: exactOptional(number()),
    contextUsage: exactOptional(number()),
    sessions: exactOptional(number()),
    agents: exactOptional(number()),
  }),
  takenDuring: array(text),
});

const onset = strictObject({ at, reason: text, said });

export const alert: z.ZodType<Alert> = strictObject({
  id: text,
  rule: text,
  gateway: text,
  subject: exactOptional(text),
  severity: z.enum(severities),
  priority: z.enum(priorities),
  state: z.enum(["pending", "firing", "acknowledged", "resolved"]),
  since: number(),
  firedAt: exactOptional(number()),
  resolvedAt: exactOptional(number()),
  acknowledged: exactOptional(strictObject({ at, by: text, note: exactOptional(text) })),
  evidence: text,
  said,
  evidenceAt: number(),
  samples: number(),
  next: text,
  onset: exactOptional(onset),
  value: exactOptional(number()),
  threshold: exactOptional(number()),
  clearSince: exactOptional(number()),
  fires: array(number()),
  flapping: boolean(),
  silencedUntil: exactOptional(number()),
});

export const incident: z.ZodType<Incident> = strictObject({
  id: text,
  kind: z.enum([
    "gateway-down",
    "start-fails",
    "crash-loop",
    "frozen",
    "context-overflow",
    "channel-down",
    "provider-down",
    "disk-full",
    "config-broken",
    "memory-growth",
    "secret-leak",
    "slow",
    "other",
  ]),
  title: text,
  titleSaid: said,
  priority: z.enum(priorities),
  priorityReason: text,
  prioritySaid: said,
  state: z.enum(["open", "resolved"]),
  openedAt: number(),
  resolvedAt: exactOptional(number()),
  movedAt: number(),
  onset,
  suspect: exactOptional(text),
  suspectSaid: said,
  gateways: array(text),
  alerts: array(
    strictObject({
      id: text,
      rule: text,
      gateway: text,
      subject: exactOptional(text),
      priority: z.enum(priorities),
      firedAt: number(),
      resolvedAt: exactOptional(number()),
      onset: exactOptional(onset),
      evidence: text,
      said,
      next: text,
    }),
  ),
  timeline: array(
    strictObject({
      at,
      kind: z.enum([
        "alert",
        "resolved",
        "restart",
        "connection",
        "version",
        "config",
        "mark",
        "snapshot",
        "log",
        "operator",
        "operation",
        "onset",
      ]),
      gateway: exactOptional(text),
      text,
      said,
    }),
  ),
  lastGood: array(
    strictObject({
      gateway: text,
      snapshot: text,
      at,
      verified: boolean(),
      reasons: array(text),
      said: z.optional(array(sentence)).catch(undefined),
    }),
  ),
  notes: array(strictObject({ at, by: text, text })),
  ticks: z.record(text, strictObject({ at, by: text })),
});

export const restoreEnd = strictObject({
  at,
  gateway: text,
  snapshot: text,
  outcome: z.enum(["restored", "put-back", "stuck"]),
  mismatches: array(text),
});

/** JSON has no NaN: a number that was not known is written as null. */
const trailRow = strictObject({
  at,
  values: array(z.union([number(), z.null().transform(() => Number.NaN)])),
});

export const recordedEvent: z.ZodType<Event> = z.discriminatedUnion("kind", [
  strictObject({ kind: literal("gateway"), event: gatewayEvent }),
  strictObject({
    kind: literal("tick"),
    at,
    slice: exactOptional(strictObject({ index: number(), of: number() })),
  }),
  strictObject({
    kind: literal("settings"),
    at,
    gateways: array(strictObject({ name: text, url: text, labels: array(text), local: boolean() })),
    alerts: alertSettings,
    policies: exactOptional(strictObject({ snapshots: snapshotPolicy, restart: restartPolicy })),
  }),
  strictObject({ kind: literal("mark"), at, mark }),
  strictObject({ kind: literal("snapshots"), at, gateway: text, snapshots: array(snapshot) }),
  strictObject({ kind: literal("snapshot-taken"), at, snapshot }),
  strictObject({ kind: literal("snapshot-removed"), at, gateway: text, id: text }),
  strictObject({ kind: literal("snapshot-verified"), at, gateway: text, id: text, verification }),
  strictObject({
    kind: literal("vault"),
    at,
    vault: strictObject({
      at,
      oldestUnverifiedAt: exactOptional(number()),
      lastVerifiedAt: exactOptional(number()),
    }),
  }),
  strictObject({
    kind: literal("memory"),
    at,
    gateway: text,
    memory: strictObject({
      keys: exactOptional(number()),
      files: number(),
      inSync: exactOptional(boolean()),
      stale: exactOptional(number()),
      gone: exactOptional(number()),
      detail: exactOptional(text),
    }),
  }),
  strictObject({
    kind: literal("leak"),
    at,
    gateway: text,
    leak: strictObject({ at, subsystem: text, what: text, redacted: text }),
  }),
  strictObject({ kind: literal("restore-ended"), at, restore: restoreEnd }),
  strictObject({
    kind: literal("operation"),
    at,
    operation: strictObject({
      id: text,
      kind: z.enum(["snapshot", "restore", "rollback", "run", "service", "verify", "export", "cleanup"]),
      gateway: text,
      startedAt: number(),
      step: text,
      snapshot: exactOptional(text),
      progress: exactOptional(number()),
      disturbs: boolean(),
      expectedMs: exactOptional(number()),
      runBy: exactOptional(
        strictObject({
          pid: number(),
          startTime: exactOptional(number()),
          where: exactOptional(strictObject({ host: text, boot: text, processes: text })),
        }),
      ),
      ended: exactOptional(strictObject({ at, ok: boolean(), text })),
    }),
  }),
  strictObject({ kind: literal("reload"), at, by: text }),
  strictObject({ kind: literal("acknowledge"), at, alert: text, by: text, note: exactOptional(text) }),
  strictObject({ kind: literal("silence"), at, silence }),
  strictObject({ kind: literal("unsilence"), at, id: text }),
  strictObject({ kind: literal("note"), at, incident: text, by: text, text }),
  strictObject({
    kind: literal("runbook"),
    at,
    incident: text,
    step: text,
    done: boolean(),
    by: text,
  }),
  strictObject({
    kind: literal("remembered"),
    at,
    marks: array(mark),
    restores: array(restoreEnd),
    silences: array(silence),
    alerts: array(alert),
    incidents: array(incident),
  }),
  strictObject({ kind: literal("adopted"), at, alerts: array(alert) }),
  strictObject({ kind: literal("leads"), at, leads: boolean(), guarded: exactOptional(boolean()) }),
  strictObject({ kind: literal("incidents"), at, incidents: array(incident) }),
  strictObject({
    kind: literal("trails"),
    at,
    trails: array(
      strictObject({
        gateway: text,
        trail: strictObject({ fine: array(trailRow), coarse: array(trailRow) }),
      }),
    ),
  }),
  strictObject({
    kind: literal("trouble"),
    at,
    trouble: strictObject({ at, effect: text, code: text, message: text }),
  }),
]);
