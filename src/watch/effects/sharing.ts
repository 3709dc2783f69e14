import { dayMs } from "../../ground/index.ts";
import type { Clock } from "../../ground/index.ts";
import { isFiring, theVault, type Alert } from "../alerts/alert.ts";
import type { Effect } from "../effect.ts";
import type { Event } from "../event.ts";
import type { History } from "./history/index.ts";

/**
 * Several processes may watch one fleet: a guard, consoles. One of them leads: it alone writes numbers, alerts and
 * incidents down, tells people and takes snapshots. The others follow what it wrote. Who leads is a row in the history
 * that lives on heartbeats; when the leader dies, whichever follower beats next takes its place, and tells people of
 * what the leader did not live to tell. What people do goes the other way, as actions that every process reads.
 */
export type Sharing = {
  readonly leads: () => boolean;
  /** As `leads`, asked of the history this instant: for what must not happen twice. */
  readonly leadsStill: () => boolean;
  /** Who leads is looked at again, and the leader shows that it lives. The first one tells the model whether it leads. */
  readonly beat: () => void;
  /** Takes in what was written by others since the last time. */
  readonly listen: () => void;
  /** Sees every effect of this process's own model. */
  readonly notice: (effect: Effect) => void;
  /** An action of this process, which it need not hear of again. */
  readonly acted: (number: number) => void;
};

export type SharingOptions = {
  readonly clock: Clock;
  readonly history: History;
  readonly gateways: readonly string[];
  /** It also acts on alerts: of two that see the same, this one is the better leader. */
  readonly acts: boolean;
  readonly emit: (event: Event) => void;
  /** Tells people of an alert that nobody was told of. */
  readonly tell: (alert: Alert) => void;
};

/** An alert of a watcher that ended longer ago than this is history; what still holds fires anew. */
const adoptedMs = 3_600_000;

/** Who sees more of the fleet leads, and of two that see the same the one that acts. */
const weightOf = (gateways: number, acts: boolean): number => 2 * gateways + (acts ? 1 : 0);

const doesAct = (weight: number): boolean => weight % 2 === 1;

export const openSharing = (options: SharingOptions): Sharing => {
  const { clock, history, gateways, emit, tell } = options;
  const { stories } = history;
  const weight = weightOf(gateways.length, options.acts);
  const watched = new Set([...gateways, theVault]);
  const own = new Set<number>();
  /** What fires by this process's own judgement. Bounded as the model's alerts are. */
  const live = new Map<string, Alert>();
  let leads = false;
  /** What the model was last told of that, once all that belongs to it was done. */
  let told: { readonly leads: boolean; readonly guarded: boolean } | undefined;
  let heardUpTo = 0;
  let movedUpTo = 0;
  let changesSeen = -1;

  const claim = (): boolean => history.claim(clock.now(), weight);

  const takeOver = (): void => {
    const written = new Set<string>();
    const elsewhere: Alert[] = [];
    for (const alert of stories.firing()) {
      if (!watched.has(alert.gateway)) continue;
      written.add(alert.id);
      if (!live.has(alert.id)) elsewhere.push(alert);
    }
    const untold = stories.untold();
    for (const alert of live.values()) stories.takeAlert(alert);
    // Only once all is written: a takeover that breaks off is done again, and must not tell anybody twice.
    for (const alert of live.values()) {
      if (alert.silencedUntil !== undefined || alert.state === "acknowledged") continue;
      if (!written.has(alert.id) || untold.has(alert.id)) tell(alert);
    }
    // The rules of this process say from here on whether they still hold, and people hear how they ended.
    if (elsewhere.length > 0) adopt(elsewhere);
  };

  const adopt = (alerts: readonly Alert[]): void => {
    for (const alert of alerts) live.set(alert.id, alert);
    emit({ kind: "adopted", at: clock.now(), alerts });
  };

  const follow = (): void => {
    const news = stories.incidentsMoved(movedUpTo);
    movedUpTo = news.at(-1)?.moved ?? movedUpTo;
    if (news.length > 0) {
      emit({ kind: "incidents", at: clock.now(), incidents: news.map(({ incident }) => incident) });
    }
  };

  const begin = (): void => {
    const now = clock.now();
    const beforeUs = { at: history.lastBeat(), weight: history.lastWeight() };
    leads = claim();
    const isRecent = beforeUs.at !== undefined && Math.abs(now - beforeUs.at) <= adoptedMs;
    if (leads && beforeUs.at !== undefined) {
      // Whoever sees less of the fleet than the last one says nothing of the rest.
      if (!isRecent) stories.closeFiring(beforeUs.at, []);
      else if (weight >= beforeUs.weight) stories.closeFiring(beforeUs.at, [...watched]);
    }
    heardUpTo = stories.lastAction();
    movedUpTo = stories.lastMove();
    const remembered = {
      kind: "remembered",
      at: now,
      marks: stories.marks(now - dayMs, now),
      restores: stories.restores(now - 90 * dayMs),
      silences: stories.silences(now),
      alerts: stories.alerts(now - dayMs, now, 1_000).filter((alert) => alert.state === "resolved"),
      incidents: stories.incidents(50).toReversed(),
    } as const;
    const firing = stories.firing().filter((alert) => watched.has(alert.gateway) && isFiring(alert));
    // Until it knows what was there before, it opens no incident for what it is about to adopt.
    emit({ kind: "leads", at: now, leads: false });
    emit(remembered);
    if (firing.length > 0) adopt(firing);
  };
  begin();

  return {
    leads: () => leads,
    leadsStill: () => leads && claim(),
    beat: () => {
      leads = claim();
      const guarded = leads ? options.acts : history.isWatched(clock.now()) && doesAct(history.lastWeight());
      if (leads === told?.leads && guarded === told.guarded) return;
      // Where the history cannot be read or written just now, this is tried again with the next beat.
      if (leads && told?.leads !== true) {
        follow();
        takeOver();
      }
      told = { leads, guarded };
      emit({ kind: "leads", at: clock.now(), ...told });
    },
    listen: () => {
      const changes = history.changes();
      if (changes === changesSeen) return;
      changesSeen = changes;
      for (const { number, event } of stories.actionsAfter(heardUpTo)) {
        heardUpTo = number;
        if (!own.delete(number) && event !== undefined) emit(event);
      }
      if (!leads) follow();
    },
    notice: (effect) => {
      if (effect.kind !== "record-alert") return;
      if (isFiring(effect.alert)) live.set(effect.alert.id, effect.alert);
      else live.delete(effect.alert.id);
    },
    acted: (number) => {
      own.add(number);
    },
  };
};
