import type { DatabaseSync } from "node:sqlite";
import type * as z from "zod";
import { harmless } from "../../../ground/index.ts";
import type { Alert } from "../../alerts/alert.ts";
import type { Silence } from "../../alerts/silence.ts";
import type { Event } from "../../event.ts";
import type { Incident } from "../../incidents/incident.ts";
import type { Mark, RestoreEnd } from "../../model.ts";
import { alert, incident, recordedEvent, restoreEnd, silence } from "../../recording/event-schema.ts";

/** Alerts, incidents, marks, silences, and what people did: documents with a time. */
export type Stories = {
  readonly putAlert: (alert: Alert) => void;
  /** As `putAlert`, for an alert that another process may have written under the moment it fired there. */
  readonly takeAlert: (alert: Alert) => void;
  /** People have been told that it fires. */
  readonly told: (alert: Alert, at: number) => void;
  /** Firing, and nobody has been told: by id. */
  readonly untold: () => ReadonlySet<string>;
  readonly putIncident: (incident: Incident) => void;
  readonly putMark: (mark: Mark) => void;
  readonly putRestore: (restore: RestoreEnd) => void;
  readonly putSilence: (silence: Silence) => void;
  readonly dropSilence: (id: string) => void;
  /** Alerts that were firing at any moment of the span, oldest first. */
  readonly alerts: (from: number, until: number, limit?: number) => readonly Alert[];
  /** Those that nobody has seen resolved, as the last writer left them. */
  readonly firing: () => readonly Alert[];
  /** Ends those that the last writer left firing, but for these gateways: nobody watches them any more. */
  readonly closeFiring: (at: number, except: readonly string[]) => void;
  readonly incidents: (limit: number) => readonly Incident[];
  /** Those that changed since, in the order they did. */
  readonly incidentsMoved: (
    after: number,
  ) => readonly { readonly moved: number; readonly incident: Incident }[];
  readonly lastMove: () => number;
  readonly marks: (from: number, until: number) => readonly Mark[];
  /** Oldest first. */
  readonly restores: (from: number) => readonly RestoreEnd[];
  readonly silences: (now: number) => readonly Silence[];
  /** Tells other processes what somebody did here. */
  readonly act: (event: Event & { readonly at: number }) => number;
  /** An action that another version wrote and this one cannot read has its number only. */
  readonly actionsAfter: (number: number) => readonly { readonly number: number; readonly event?: Event }[];
  readonly lastAction: () => number;
  readonly prune: (now: number) => void;
};

const keptMs = 90 * 86_400_000;
/** Other processes look every second; an hour is for the ones that were asleep. */
const actionsKeptMs = 3_600_000;

export const openStories = (database: DatabaseSync): Stories => {
  const sql = (text: string): ReturnType<DatabaseSync["prepare"]> => database.prepare(text);
  const putAlert = sql(
    `INSERT INTO alerts (id, fired_at, resolved_at, gateway, document) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET resolved_at = excluded.resolved_at, document = excluded.document`,
  );
  const putIncident = sql(
    `INSERT INTO incidents (id, opened_at, document, moved)
     VALUES (?, ?, ?, (SELECT coalesce(max(moved), 0) + 1 FROM incidents))
     ON CONFLICT DO UPDATE SET document = excluded.document, moved = excluded.moved`,
  );
  const putMark = sql("INSERT INTO marks (at, text, by, gateway) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const putRestore = sql(
    "INSERT INTO restores (at, gateway, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const putSilence = sql(
    `INSERT INTO silences (id, until, document) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET until = excluded.until, document = excluded.document`,
  );
  const dropSilence = sql("DELETE FROM silences WHERE id = ?");
  const alerts = sql(
    `SELECT document FROM alerts WHERE fired_at <= ? AND fired_at >= ? AND (resolved_at IS NULL OR resolved_at >= ?)
     ORDER BY fired_at LIMIT ?`,
  );
  const firing = sql("SELECT document FROM alerts WHERE resolved_at IS NULL ORDER BY fired_at LIMIT 1000");
  const closeFiring = sql(
    `UPDATE alerts SET resolved_at = max(fired_at, ?),
       document = json_set(document, '$.state', 'resolved', '$.resolvedAt', max(fired_at, ?))
     WHERE resolved_at IS NULL AND json_valid(document) AND gateway NOT IN (SELECT value FROM json_each(?))`,
  );
  const moveFired = sql("UPDATE OR REPLACE alerts SET fired_at = ? WHERE id = ? AND resolved_at IS NULL");
  const told = sql("UPDATE alerts SET told_at = ? WHERE id = ? AND fired_at = ?");
  const untold = sql("SELECT id FROM alerts WHERE resolved_at IS NULL AND told_at IS NULL");
  const incidents = sql("SELECT document FROM incidents ORDER BY opened_at DESC LIMIT ?");
  const incidentsMoved = sql(
    "SELECT moved, document FROM incidents WHERE moved > ? ORDER BY moved LIMIT 100",
  );
  const lastMove = sql("SELECT coalesce(max(moved), 0) AS moved FROM incidents");
  const marks = sql(
    "SELECT at, text, by, gateway FROM marks WHERE at BETWEEN ? AND ? ORDER BY at LIMIT 1000",
  );
  const restores = sql("SELECT document FROM restores WHERE at >= ? ORDER BY at LIMIT 1000");
  const silences = sql("SELECT document FROM silences WHERE until > ? LIMIT 200");
  const act = sql("INSERT INTO actions (at, document) VALUES (?, ?)");
  const actionsAfter = sql("SELECT number, document FROM actions WHERE number > ? ORDER BY number LIMIT 200");
  const lastAction = sql("SELECT coalesce(max(number), 0) AS number FROM actions");
  const prunes = [
    { statement: sql("DELETE FROM alerts WHERE fired_at < ? AND resolved_at IS NOT NULL"), keptMs },
    // An alert whose gateway left the configuration has nobody to resolve it.
    { statement: sql("DELETE FROM alerts WHERE fired_at < ?"), keptMs: 2 * keptMs },
    { statement: sql("DELETE FROM incidents WHERE opened_at < ?"), keptMs: 2 * keptMs },
    { statement: sql("DELETE FROM marks WHERE at < ?"), keptMs: 2 * keptMs },
    { statement: sql("DELETE FROM restores WHERE at < ?"), keptMs },
    { statement: sql("DELETE FROM silences WHERE until < ?"), keptMs: 0 },
    { statement: sql("DELETE FROM actions WHERE at < ?"), keptMs: actionsKeptMs },
  ];

  const write = (one: Alert): void => {
    if (one.firedAt === undefined) return;
    putAlert.run(one.id, one.firedAt, one.resolvedAt ?? null, one.gateway, JSON.stringify(one));
  };

  return {
    putAlert: write,
    takeAlert: (one) => {
      if (one.firedAt !== undefined) moveFired.run(one.firedAt, one.id);
      write(one);
    },
    told: (one, at) => {
      if (one.firedAt !== undefined) told.run(at, one.id, one.firedAt);
    },
    untold: () => new Set(untold.all().map((row) => String(row["id"]))),
    putIncident: (one) => {
      putIncident.run(one.id, one.openedAt, JSON.stringify(one));
    },
    putMark: ({ at, text, by, gateway }) => {
      putMark.run(at, text, by, gateway ?? null);
    },
    putRestore: (one) => {
      putRestore.run(one.at, one.gateway, JSON.stringify(one));
    },
    putSilence: (one) => {
      putSilence.run(one.id, one.until, JSON.stringify(one));
    },
    dropSilence: (id) => {
      dropSilence.run(id);
    },
    alerts: (from, until, limit = 5_000) =>
      // An alert that fires for a whole week is seldom; the index is asked for two days before.
      documents(alert, alerts.all(until, from - 2 * 86_400_000, from, limit)),
    firing: () => documents(alert, firing.all()),
    closeFiring: (at, except) => {
      closeFiring.run(at, at, JSON.stringify(except));
    },
    incidents: (limit) => documents(incident, incidents.all(limit)),
    incidentsMoved: (after) =>
      incidentsMoved
        .all(after)
        .flatMap((row) =>
          documents(incident, [row]).map((one) => ({ moved: Number(row["moved"]), incident: one })),
        ),
    lastMove: () => Number(lastMove.get()?.["moved"] ?? 0),
    marks: (from, until) =>
      marks.all(from, until).map((row) => ({
        at: Number(row["at"]),
        text: harmless(String(row["text"])),
        by: harmless(String(row["by"])),
        ...(typeof row["gateway"] === "string" ? { gateway: row["gateway"] } : {}),
      })),
    restores: (from) => documents(restoreEnd, restores.all(from)),
    silences: (now) => documents(silence, silences.all(now)),
    act: (event) => {
      return Number(act.run(event.at, JSON.stringify(event)).lastInsertRowid);
    },
    actionsAfter: (number) =>
      actionsAfter.all(number).map((row) => {
        const [event] = documents(recordedEvent, [row]);
        return { number: Number(row["number"]), ...(event === undefined ? {} : { event }) };
      }),
    lastAction: () => Number(lastAction.get()?.["number"] ?? 0),
    prune: (now) => {
      for (const { statement, keptMs: kept } of prunes) statement.run(now - kept);
    },
  };
};

const harmlessValue = (value: unknown): unknown => (typeof value === "string" ? harmless(value) : value);

/** Documents of another version that this one cannot read are left out, not guessed at. */
const documents = <Value>(
  schema: z.ZodType<Value>,
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly Value[] =>
  rows.flatMap((row) => {
    const { document } = row;
    if (typeof document !== "string") return [];
    const parsed = schema.safeParse(jsonOf(document));
    return parsed.success ? [parsed.data] : [];
  });

/**
 * One that is damaged must not keep all others from being read. What another process wrote is shown here: whoever it was
 * may not have looked at every word. JSON spells the controls of terminals `\\u001b`, and leaves others as they are.
 */
const jsonOf = (text: string): unknown => {
  const isSuspect = text.includes("\\u") || harmless(text) !== text;
  try {
    return isSuspect ? JSON.parse(text, (_, value: unknown) => harmlessValue(value)) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
