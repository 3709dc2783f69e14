import { Problem, ExitCode, type Clock } from "../../ground/index.ts";
import { isFiring, type Alert } from "../alerts/alert.ts";
import { catalogue } from "../alerts/catalogue.ts";
import type { Silence } from "../alerts/silence.ts";
import type { AlertSettings } from "../alerts/settings.ts";
import type { Incident } from "../incidents/incident.ts";
import { noted, ticked } from "../incidents/notes.ts";
import { runbookOf } from "../incidents/runbook.ts";
import type { Mark, RestoreEnd } from "../model.ts";
import type { History } from "./history/index.ts";

/**
 * What a command can do to alerts and incidents without watching itself: it reads what the process that watches wrote
 * down, and leaves word for it. Nothing waits for an answer; a running console or guard hears within a second.
 */
export type AlertDesk = {
  readonly firing: () => Firing;
  readonly acknowledge: (id: string, note?: string) => Alert;
  readonly silence: (rule: string, forMs: number, gateway?: string, reason?: string) => Silence;
  readonly unsilence: (id: string) => Silence;
  /** Of now, or of a moment that was. */
  readonly mark: (text: string, gateway?: string, at?: number) => Mark;
  /** Whoever watches reads the configuration again. False when nobody does. */
  readonly reload: () => boolean;
  /** A restore in place ended: counted for the recovery rate, and an alert where it is not as promised. */
  readonly restoreEnded: (restore: RestoreEnd) => void;
  readonly incidents: () => readonly Incident[];
  /** The newest when no id is given. */
  readonly incident: (id?: string) => Incident;
  readonly note: (incident: string, text: string) => Incident;
  /** Ticks a step of the runbook off, or takes the tick back. */
  readonly tick: (incident: string, step: string, done: boolean) => Incident;
};

export type Firing = {
  readonly alerts: readonly Alert[];
  /** When somebody last watched; absent: nobody ever did. An old one makes the list a memory. */
  readonly watchedAt?: number;
};

export const openAlertDesk = (
  history: History,
  who: { readonly clock: Clock; readonly by: string; readonly settings: AlertSettings },
): AlertDesk => {
  const { clock, by, settings } = who;
  const { stories } = history;
  return {
    firing: () => {
      const watchedAt = history.lastBeat();
      return { alerts: stories.firing().filter(isFiring), ...(watchedAt === undefined ? {} : { watchedAt }) };
    },
    acknowledge: (id, note) => {
      const at = clock.now();
      const alert = oneOf("alert", id, stories.firing().filter(isFiring));
      const acknowledged: Alert = {
        ...alert,
        state: "acknowledged",
        acknowledged: { at, by, ...(note === undefined ? {} : { note }) },
      };
      stories.putAlert(acknowledged);
      stories.act({ kind: "acknowledge", at, alert: alert.id, by, ...(note === undefined ? {} : { note }) });
      return acknowledged;
    },
    silence: (rule, forMs, gateway, reason) => {
      const rules = [...catalogue.map((each) => each.id), ...settings.own.map((each) => each.name)];
      if (!rules.includes(rule)) {
        throw new Problem("RULE_UNKNOWN", `There is no rule ${rule}.`, {
          hint: "See them with: clawback alerts rules",
          exit: ExitCode.usage,
        });
      }
      const at = clock.now();
      const silence: Silence = {
        id: `s-${rule}-${gateway ?? "all"}`,
        rule,
        from: at,
        until: at + forMs,
        by,
        ...(gateway === undefined ? {} : { gateway }),
        ...(reason === undefined ? {} : { reason }),
      };
      stories.putSilence(silence);
      stories.act({ kind: "silence", at, silence });
      return silence;
    },
    unsilence: (id) => {
      const silence = oneOf("silence", id, stories.silences(clock.now()));
      stories.dropSilence(silence.id);
      stories.act({ kind: "unsilence", at: clock.now(), id: silence.id });
      return silence;
    },
    mark: (text, gateway, at = clock.now()) => {
      const mark: Mark = { at, text, by, ...(gateway === undefined ? {} : { gateway }) };
      stories.putMark(mark);
      stories.act({ kind: "mark", at, mark });
      return mark;
    },
    reload: () => {
      const at = clock.now();
      if (!history.isWatched(at)) return false;
      stories.act({ kind: "reload", at, by });
      return true;
    },
    restoreEnded: (restore) => {
      stories.putRestore(restore);
      stories.act({ kind: "restore-ended", at: restore.at, restore });
    },
    incidents: () => stories.incidents(50),
    incident: (id) => {
      const all = stories.incidents(200);
      if (id !== undefined) return oneOf("incident", id, all);
      const [newest] = all;
      if (newest === undefined) {
        throw new Problem("INCIDENT_NONE", "No incident is written down.", {
          hint: "Incidents are written by a running console or guard: clawback guard",
        });
      }
      return newest;
    },
    note: (incident, text) => {
      const before = oneOf("incident", incident, stories.incidents(200));
      const at = clock.now();
      const after = noted(before, { at, by, text });
      // Also where nobody watches just now, and nobody hears of the action.
      stories.putIncident(after);
      stories.act({ kind: "note", at, incident: before.id, by, text });
      return after;
    },
    tick: (incident, id, done) => {
      const before = oneOf("incident", incident, stories.incidents(200));
      const step = oneOf("step", id, runbookOf(before)).id;
      const at = clock.now();
      const after = ticked(before, { at, by, done, step });
      stories.putIncident(after);
      stories.act({ kind: "runbook", at, incident: before.id, step, done, by });
      return after;
    },
  };
};

const words = {
  alert: { one: "firing alert", code: "ALERT_UNKNOWN", list: "clawback alerts list" },
  incident: { one: "incident", code: "INCIDENT_UNKNOWN", list: "clawback incident list" },
  step: { one: "step", code: "STEP_UNKNOWN", list: "clawback incident show" },
  silence: { one: "silence", code: "SILENCE_UNKNOWN", list: "clawback alerts list" },
} as const;

/** By its whole id or the beginning of one, when that means a single one. */
const oneOf = <Item extends { readonly id: string }>(
  what: keyof typeof words,
  id: string,
  items: readonly Item[],
): Item => {
  const exact = items.find((item) => item.id === id);
  if (exact !== undefined) return exact;
  const meant = id === "" ? [] : items.filter((item) => item.id.startsWith(id));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  const { one, code, list } = words[what];
  const ids = (some: readonly Item[]): string =>
    some
      .slice(0, 5)
      .map((item) => item.id)
      .join(", ");
  throw new Problem(code, meant.length > 1 ? `${id} may mean ${ids(meant)}.` : `There is no ${one} ${id}.`, {
    hint: items.length === 0 ? `There is none at all: ${list}` : `There are ${ids(items)}: ${list}`,
    exit: ExitCode.usage,
  });
};
